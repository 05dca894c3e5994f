package dev.zspool.squeeze;

/// What a pool promises while memory is short.
enum PoolKind {
    SYNC("{\"durability\":\"sync\"}"),
    ASYNC("{\"durability\":\"async\"}"),
    REJECT("{\"durability\":\"none\",\"full\":\"reject\",\"limitBytes\":" + (80L << 20) + "}"),
    EVICT("{\"durability\":\"none\",\"full\":\"evict\"}");

    private final String settings;

    PoolKind(String settings) {
        this.settings = settings;
    }

    /// The body that makes such a pool.
    String settings() {
        return settings;
    }

    /// Whether a write that was not stored may be answered so.
    boolean mayRefuse(int status) {
        return switch (this) {
            case SYNC, ASYNC, EVICT -> false;
            case REJECT -> status == 503 || status == 507;
        };
    }

    /// Whether what was acknowledged may be gone later.
    boolean mayForget() {
        return this == EVICT;
    }
}
