package dev.zspool.page;

import java.util.Arrays;

/// The runs of frames that are on their way back to the system: as many as threads give memory
/// back.
///
/// Not thread-safe: guarded by the arena's lock.
final class TransitRuns {
    private long[] runs = new long[4];
    private int count;

    void add(long run) {
        if (count == runs.length) {
            runs = Arrays.copyOf(runs, 2 * count);
        }
        runs[count++] = run;
    }

    void remove(long run) {
        int at = 0;
        while (at < count && FrameRun.start(runs[at]) != FrameRun.start(run)) {
            at++;
        }
        if (at < count) {
            runs[at] = runs[--count];
        }
    }

    int count() {
        return count;
    }

    /// One of them, from 0.
    long run(int at) {
        return runs[at];
    }
}
