package dev.zspool.bench.rss;

/// What is done to a store, in this order, and for how long at least.
enum Phase {
    EMPTY("empty", 5, 0),
    FILL("fill", 45, 40),
    DELETE("delete 60 %", 25, 15),
    COMPACT("compact", 10, 0),
    SHRINK("shrink", 10, 0),
    REFILL("refill", 35, 25);

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
