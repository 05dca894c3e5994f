package dev.zspool.bench.rss;

/// What is done to a store, in this order, and for how long at least.
enum Phase {
    EMPTY("empty", 10, 0),
    FILL("fill", 65, 60),
    DELETE("delete 60 %", 40, 30),
    COMPACT("compact", 12, 0),
    SHRINK("shrink", 12, 0),
    REFILL("refill", 45, 35);

    private final String label;
    private final int seconds;
    private final int loadSeconds;

    /// @param loadSeconds over how much of the time the load is spread; the rest is quiet
    Phase(String label, int seconds, int loadSeconds) {
        this.label = label;
        this.seconds = seconds;
        this.loadSeconds = loadSeconds;
    }

    String label() {
        return label;
    }

    int seconds() {
        return seconds;
    }

    int loadSeconds() {
        return loadSeconds;
    }
}
