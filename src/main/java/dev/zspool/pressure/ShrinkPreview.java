package dev.zspool.pressure;

/// What a shrink would do, step by step: the dry run.
///
/// @param warmFrameBytes free frames that would go back to the system
/// @param compactionBytes what moving objects together would free
/// @param defragmentationBytes what moving pages together would free
/// @param evictionBytes what durable pools would forget
/// @param cacheEvictionBytes what caches would lose
/// @param filePageBytes what the kernel would drop of the journal's files
/// @param missingBytes what cannot be reached
public record ShrinkPreview(
        long warmFrameBytes,
        long compactionBytes,
        long defragmentationBytes,
        long evictionBytes,
        long cacheEvictionBytes,
        long filePageBytes,
        long missingBytes) {}
