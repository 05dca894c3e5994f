package dev.zspool.blob;

import java.util.function.Consumer;

/// The step of a write at which a pool makes it durable: after the conditions were decided, before
/// it is published.
///
/// A pool without durability goes on at once ({@link #NONE}).
interface JournalStep {
    /// Nothing is durable.
    JournalStep NONE = (info, then) -> then.accept(true);

    /// Makes a write durable without blocking.
    ///
    /// @param info what will be published
    /// @param then gets true when it may be published, false when it failed; may run on any thread,
    ///   exactly once
    void commit(BlobInfo info, Consumer<Boolean> then);
}
