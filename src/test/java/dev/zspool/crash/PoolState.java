package dev.zspool.crash;

/// How a pool is after a change of it. The limit has the number of the change in it, so that the
/// settings that come back tell which change they are of.
///
/// @param version the number of the change
/// @param generation how often the pool was destroyed
/// @param durability `none`, `async` or `sync`; empty when there is no such pool
/// @param baseLimitBytes the limit without the number
record PoolState(int version, int generation, String durability, long baseLimitBytes) {
    private static final int FRAME_BYTES = 4096;

    static PoolState absent(int version, int generation) {
        return new PoolState(version, generation, "", 0);
    }

    boolean isPresent() {
        return !durability.isEmpty();
    }

    long limitBytes() {
        return baseLimitBytes + (long) version * FRAME_BYTES;
    }

    String json() {
        return "{\"durability\":\"" + durability + "\",\"limitBytes\":" + limitBytes() + "}";
    }

    /// Whether these are the settings in the service's answer.
    boolean isIn(String settings) {
        return Json.number(settings, "limitBytes") == limitBytes()
                && settings.replace(" ", "").contains("\"durability\":\"" + durability + '"');
    }
}
