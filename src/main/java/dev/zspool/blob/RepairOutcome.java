package dev.zspool.blob;

/// What became of the wish to write a blob to the journal again that is damaged there.
enum RepairOutcome {
    /// It is sound.
    REPAIRED,
    /// Memory does not have this version, or has it damaged, too.
    NOT_IN_MEMORY,
    /// Memory has it sound, and the journal could not take it: the next try may succeed.
    FAILED
}
