package dev.zspool.crash;

import java.util.ArrayList;
import java.util.List;

/// A pool as the harness knows it: what was tried with it, and with the handles in it.
final class ModelPool {
    private final String name;
    private final History<PoolState> history;
    private final List<ModelBlob> blobs = new ArrayList<>();

    /// A pool that is not there yet.
    ModelPool(String name, int handles) {
        this.name = name;
        this.history = new History<>(PoolState.absent(0, 0));
        for (int i = 0; i < handles; i++) {
            blobs.add(new ModelBlob(name, "h" + i));
        }
    }

    String name() {
        return name;
    }

    History<PoolState> history() {
        return history;
    }

    List<ModelBlob> blobs() {
        return blobs;
    }

    PoolState state() {
        return history.last().state();
    }

    @Override
    public String toString() {
        return name;
    }
}
