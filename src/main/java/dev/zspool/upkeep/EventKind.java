package dev.zspool.upkeep;

import java.util.Arrays;

/// What an event tells. The topic is what readers subscribe to.
public enum EventKind {
    COMPACTION_STARTED("compaction"),
    COMPACTION_PROGRESS("compaction"),
    COMPACTION_FINISHED("compaction"),
    DEFRAGMENTATION_STARTED("defragmentation"),
    DEFRAGMENTATION_PROGRESS("defragmentation"),
    DEFRAGMENTATION_FINISHED("defragmentation"),
    WARM_UP_PROGRESS("recovery"),
    WARM_UP_FINISHED("recovery"),
    EVICTION_STARTED("eviction"),
    EVICTION_PROGRESS("eviction"),
    EVICTION_FINISHED("eviction"),
    SCRUB_STARTED("scrub"),
    SCRUB_PROGRESS("scrub"),
    SCRUB_FINISHED("scrub"),
    PAGE_ISOLATED("migration"),
    PAGE_MIGRATED("migration"),
    PAGE_PUT_BACK("migration"),
    SNAPSHOT_WRITTEN("snapshot"),
    PRESSURE_CHANGED("pressure"),
    PRESSURE_RELEASED("pressure"),
    LIMIT_CHANGED("pressure"),
    SHRINK_FINISHED("pressure"),
    BALLOON_CHANGED("pressure");

    private final String topic;

    EventKind(String topic) {
        this.topic = topic;
    }

    /// The kind of work: `compaction`, `defragmentation`, `recovery`, `eviction`, `scrub`,
    /// `migration`, `snapshot` or `pressure`.
    public String topic() {
        return topic;
    }

    /// Whether it tells what came of something, or a decision: what a history is made of.
    public boolean isResult() {
        return switch (this) {
            case COMPACTION_FINISHED,
                    DEFRAGMENTATION_FINISHED,
                    WARM_UP_FINISHED,
                    EVICTION_FINISHED,
                    SCRUB_FINISHED,
                    SNAPSHOT_WRITTEN,
                    PRESSURE_CHANGED,
                    PRESSURE_RELEASED,
                    LIMIT_CHANGED,
                    SHRINK_FINISHED,
                    BALLOON_CHANGED ->
                    true;
            case COMPACTION_STARTED,
                    COMPACTION_PROGRESS,
                    DEFRAGMENTATION_STARTED,
                    DEFRAGMENTATION_PROGRESS,
                    WARM_UP_PROGRESS,
                    EVICTION_STARTED,
                    EVICTION_PROGRESS,
                    SCRUB_STARTED,
                    SCRUB_PROGRESS,
                    PAGE_ISOLATED,
                    PAGE_MIGRATED,
                    PAGE_PUT_BACK ->
                    false;
        };
    }

    static int topicsWithResults() {
        return (int)
                Arrays.stream(values())
                        .filter(EventKind::isResult)
                        .map(EventKind::topic)
                        .distinct()
                        .count();
    }
}
