package dev.zspool.observe;

/// What a sample tells: a number each, in this order.
public enum Figure {
    RSS_BYTES(0, "rssBytes"),
    WORKING_SET_BYTES(1, "workingSetBytes"),
    HEADROOM_BYTES(2, "headroomBytes"),
    MIN_BYTES(3, "minBytes"),
    LOW_BYTES(4, "lowBytes"),
    HIGH_BYTES(5, "highBytes"),
    STALL_PERMILLE(6, "stallPermille"),
    FRAME_BUDGET_BYTES(7, "frameBudgetBytes"),
    OWNED_BYTES(8, "ownedBytes"),
    WARM_BYTES(9, "warmBytes"),
    BLOBS(10, "blobs"),
    LOGICAL_BYTES(11, "logicalBytes"),
    STORED_BYTES(12, "storedBytes"),
    POOL_BYTES(13, "poolBytes"),
    READS(14, "reads"),
    WRITES(15, "writes"),
    DELETES(16, "deletes"),
    REFUSED(17, "refused"),
    FAILED(18, "failed"),
    COMPACTED_PAGES(19, "compactedPages"),
    RELEASED_BYTES(20, "releasedBytes"),
    MIGRATED_PAGES(21, "migratedPages"),
    EVICTED_BLOBS(22, "evictedBlobs"),
    JOURNAL_READS(23, "journalReads");

    /// Stands for a number that nobody knows.
    public static final long UNKNOWN = Long.MIN_VALUE;

    private static final Figure FIRST_COUNTER = READS;

    private final int place;
    private final String label;

    Figure(int place, String label) {
        this.place = place;
        this.label = label;
    }

    /// Its name in the API, with its unit.
    public String label() {
        return label;
    }

    /// Its place among the figures of a sample, from 0.
    int place() {
        return place;
    }

    /// Whether it counts up from the start of the process, and never falls.
    public boolean isCounter() {
        return compareTo(FIRST_COUNTER) >= 0;
    }
}
