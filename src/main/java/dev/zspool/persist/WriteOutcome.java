package dev.zspool.persist;

/// What became of a write to the journal.
public enum WriteOutcome {
    /// It is as durable as was asked for.
    DURABLE,
    /// There is no room on the disk. Nothing was changed.
    DISK_FULL,
    /// The disk failed, or did so before and is not healed. Nothing was changed, as far as is
    /// known; what is not known the {@link Journal.DoubtListener} is told.
    FAILED,
    /// A piece could not be had from its source. Nothing was changed.
    SOURCE_FAILED,
    /// There is no such pool any more.
    POOL_GONE
}
