package dev.zspool.blob;

/// Lets another thread go on that holds what this one needs, without a lock and for a moment only.
final class Yielding {
    private Yielding() {}

    /// Gives the processor away once, if somebody wants it.
    @SuppressWarnings("ThreadPriorityCheck")
    static void once() {
        // Correct without it: it only saves rounds where threads are more than processors.
        Thread.yield();
    }
}
