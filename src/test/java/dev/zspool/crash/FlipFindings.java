package dev.zspool.crash;

import java.util.ArrayList;
import java.util.List;

/// What a look at a damaged data directory found. Not thread-safe.
final class FlipFindings {
    private final List<String> silent = new ArrayList<>();
    private int detected;

    /// Something is wrong, and nobody said so.
    void silent(String what) {
        silent.add(what);
    }

    /// Something is said to be damaged.
    void detected() {
        detected(1);
    }

    /// So many things are said to be damaged.
    void detected(int times) {
        detected += times;
    }

    /// Whether anything was said to be.
    boolean isDetected() {
        return detected > 0;
    }

    /// What is wrong and nobody said so, a line each.
    List<String> silent() {
        return silent;
    }
}
