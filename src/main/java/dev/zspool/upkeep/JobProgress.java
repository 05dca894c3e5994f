package dev.zspool.upkeep;

/// How far a running job is.
///
/// @param done how much is done, in the job's unit: pages of a compaction, pageblocks of a
///   defragmentation, blobs of a scrub
/// @param goal how much there was to do when it began
public record JobProgress(long done, long goal) {}
