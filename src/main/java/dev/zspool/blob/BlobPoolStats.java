package dev.zspool.blob;

/// A pool's counters at one moment. The first nine are zram's `mm_stat`, for blobs instead of
/// pages.
///
/// @param logicalBytes content of all blobs as clients see it (`orig_data_size`)
/// @param storedBytes content as it is kept, compressed; same-filled content counts 0
///   (`compr_data_size`)
/// @param poolBytes memory of all zspages (`mem_used_total`)
/// @param limitBytes the most they may take (`mem_limit`)
/// @param peakPoolBytes the most they took at one time (`mem_used_max`)
/// @param filledBlobs blobs that are one word over and over, and take no room (`same_pages`)
/// @param freedByCompactionPages pages that compaction freed since the start (`pages_compacted`)
/// @param rawBlobs blobs that did not compress (`huge_pages`)
/// @param rawBlobsSinceStart how many such blobs were ever stored (`huge_pages_since`)
/// @param blobs how many blobs there are
/// @param objects how many objects they take in the pool
/// @param reclaimablePages pages that compaction could free now, at best
/// @param indexPages pages of the index
/// @param handlePages pages of the handle table
/// @param bodyBytes heap that bodies under way have claimed
/// @param corruptedReads reads that found damaged bytes since the start
public record BlobPoolStats(
        long logicalBytes,
        long storedBytes,
        long poolBytes,
        long limitBytes,
        long peakPoolBytes,
        long filledBlobs,
        long freedByCompactionPages,
        long rawBlobs,
        long rawBlobsSinceStart,
        long blobs,
        long objects,
        long reclaimablePages,
        long indexPages,
        long handlePages,
        long bodyBytes,
        long corruptedReads) {}
