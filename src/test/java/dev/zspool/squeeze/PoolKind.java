package dev.zspool.squeeze;

/// What a pool promises while memory is short.
enum PoolKind {
    SYNC("{\"durability\":\"sync\"}"),
    ASYNC("{\"durability\":\"async\"}"),
    REJECT("{\"durability\":\"none\",\"full\":\"reject\",\"limitBytes\":" + (80L << 20) + "}"),
    EVICT("{\"durability\":\"none\",\"full\":\"evict\"}");

    private static final int NEWEST = 500;

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

    /// Among how many of the newest blobs readers choose: of a pool that forgets the others are
    /// gone.
    int readAmong() {
        return mayForget() ? NEWEST : Integer.MAX_VALUE;
    }

    /// Whether what was acknowledged may be gone later.
    boolean mayForget() {
        return this == EVICT;
    }
}
