package dev.zspool.jcstress;

import dev.zspool.zsmalloc.HandSteps;
import dev.zspool.zsmalloc.HandSteps.PausedRead;

/// A read by a thread that falls asleep after loading the word, and again after copying, while a
/// writer waits for it to do so: what a throttled container does to a reader, in small.
final class SleepingRead {
    private static final int MOST_SPINS = 2000;

    private final HandSteps steps;
    private final long handle;
    private volatile boolean asleep;

    SleepingRead(HandSteps steps, long handle) {
        this.steps = steps;
        this.handle = handle;
    }

    /// For the reader.
    ///
    /// @param spins how long it sleeps each time
    String read(int spins) {
        PausedRead read = steps.beginRead(handle);
        asleep = true;
        spin(spins >> 2);
        read.copy();
        spin(spins);
        return read.finish();
    }

    /// For the writer: gives the reader a chance to come first.
    void await() {
        for (int i = 0; i < MOST_SPINS && !asleep; i++) {
            Thread.onSpinWait();
        }
    }

    private static void spin(int spins) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
    }
}
