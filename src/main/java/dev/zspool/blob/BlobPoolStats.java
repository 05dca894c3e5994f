package dev.zspool.blob;

import dev.zspool.page.Frames;
import dev.zspool.persist.PoolTotals;
import dev.zspool.zsmalloc.PoolStats;
import java.util.Optional;

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
/// @param expiryPages pages of the queue of blobs with an end
/// @param expiringBlobs blobs with an end, those included whose life is over but whose memory is
///   not freed yet
/// @param expiredBlobs blobs freed since the start because their life was over
/// @param evictedBlobs blobs deleted since the start to make room for others
/// @param corruptedReads reads that found damaged bytes since the start
/// @param absentBlobs blobs that are in the journal only, and not in memory (`bd_count`)
/// @param journalReads blobs read from the journal since the start (`bd_reads`)
/// @param evictedToJournal blobs that left memory since the start and stayed in the journal
///   (`bd_writes`)
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
        long expiryPages,
        long expiringBlobs,
        long expiredBlobs,
        long evictedBlobs,
        long corruptedReads,
        long absentBlobs,
        long journalReads,
        long evictedToJournal) {
    /// Of a pool that is not there any more.
    public static final BlobPoolStats NONE =
            new BlobPoolStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// Whether the limit would refuse a body of that length, as far as can be told before it has
    /// come: an estimate, for those who would rather not send it in vain.
    ///
    /// @param declaredBytes -1 when that is not known
    public boolean isTooFullFor(long declaredBytes) {
        return RoomEstimate.isTooFull(this, declaredBytes);
    }

    static BlobPoolStats of(
            PoolStats pool,
            BlobCounters counters,
            BlobIndex index,
            ExpiryQueue expiry,
            long limitBytes,
            Optional<PoolTotals> kept) {
        long resident = index.entries();
        return new BlobPoolStats(
                kept.map(PoolTotals::logicalBytes).orElseGet(counters.logicalBytes::sum),
                counters.storedBytes.sum(),
                pool.allocatedPages() << Frames.FRAME_SHIFT,
                limitBytes,
                pool.peakPages() << Frames.FRAME_SHIFT,
                counters.filledBlobs.sum(),
                pool.freedByCompactionPages(),
                counters.rawBlobs.sum(),
                counters.rawBlobsSinceStart.sum(),
                kept.map(PoolTotals::blobs).orElse(resident),
                pool.liveObjects(),
                pool.reclaimablePages(),
                index.frames(),
                pool.handlePages(),
                expiry.pages(),
                kept.map(PoolTotals::expiringBlobs).orElseGet(counters.expiringBlobs::sum),
                counters.expiredBlobs.sum(),
                counters.evictedBlobs.sum(),
                counters.corruptedReads.sum(),
                kept.map(totals -> Math.max(0, totals.blobs() - resident)).orElse(0L),
                counters.journalReads.sum(),
                counters.leftBlobs.sum());
    }
}
