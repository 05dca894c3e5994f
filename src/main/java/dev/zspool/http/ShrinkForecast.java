package dev.zspool.http;

import dev.zspool.pressure.ShrinkPreview;

/// What a shrink would give now, step by step, about.
///
/// @param warmFrameBytes free frames that would go back to the system
/// @param compactionBytes what moving objects together would free
/// @param defragmentationBytes what moving pages together would free
/// @param evictionBytes what blobs that stay on the disk would leave free
/// @param cacheEvictionBytes what blobs of caches would leave free, which are gone for good
/// @param filePageBytes about what the kernel would drop of the journal's files
/// @param releasedBytes all of these together
/// @param missingBytes what would not be reached
public record ShrinkForecast(
        long warmFrameBytes,
        long compactionBytes,
        long defragmentationBytes,
        long evictionBytes,
        long cacheEvictionBytes,
        long filePageBytes,
        long releasedBytes,
        long missingBytes) {

    static ShrinkForecast of(ShrinkPreview preview) {
        return new ShrinkForecast(
                preview.warmFrameBytes(),
                preview.compactionBytes(),
                preview.defragmentationBytes(),
                preview.evictionBytes(),
                preview.cacheEvictionBytes(),
                preview.filePageBytes(),
                preview.warmFrameBytes()
                        + preview.compactionBytes()
                        + preview.defragmentationBytes()
                        + preview.evictionBytes()
                        + preview.cacheEvictionBytes()
                        + preview.filePageBytes(),
                preview.missingBytes());
    }
}
