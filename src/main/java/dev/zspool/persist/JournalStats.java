package dev.zspool.persist;

/// What a journal counts.
///
/// @param state whether it takes writes
/// @param nativeBytes memory outside the heap: caches, tables of unflushed writes, readers of files
/// @param nativeBudgetBytes what it is set up to take
/// @param diskBytes of all its files
/// @param groups groups that were written since the start
/// @param writes blobs stored or removed since the start
/// @param syncs how often the disk was waited for
/// @param submittedBytes what was handed in to be stored
/// @param writtenBytes what was written to files for it, logs and compactions included
/// @param readBytes pieces that were read
/// @param failedWrites writes that were refused or failed
/// @param corruptedReads reads that found damaged bytes
/// @param reopenings how often it was opened anew after a failure
public record JournalStats(
        JournalState state,
        long nativeBytes,
        long nativeBudgetBytes,
        long diskBytes,
        long groups,
        long writes,
        long syncs,
        long submittedBytes,
        long writtenBytes,
        long readBytes,
        long failedWrites,
        long corruptedReads,
        long reopenings) {}
