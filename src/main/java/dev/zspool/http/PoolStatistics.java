package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolStats;

/// A pool's counters by the names of zram's `mm_stat` and `bd_stat`, and how many blobs it has.
///
/// @param pool the pool's name
/// @param settings how it is set up
/// @param blobs blobs that can be read, in memory or not
/// @param origDataSize bytes stored, uncompressed, in memory or not
/// @param comprDataSize bytes of those in memory, compressed
/// @param memUsedTotal bytes of the pool's pages
/// @param memLimit the most those may be
/// @param memUsedMax the most they were
/// @param samePages blobs that are one word over and over, which take no room
/// @param pagesCompacted pages that compaction freed since the start
/// @param hugePages blobs that did not compress, now
/// @param hugePagesSince such blobs ever stored
/// @param expiringBlobs blobs with an end
/// @param expiredBlobs blobs freed since the start because their life was over
/// @param evictedBlobs blobs deleted since the start to make room for others
/// @param bdCount blobs that are in the journal only, and not in memory
/// @param bdReads blobs read from the journal since the start
/// @param bdWrites blobs that left memory since the start and stayed in the journal
public record PoolStatistics(
        @JsonProperty("pool") String pool,
        @JsonProperty("settings") PoolSettings settings,
        @JsonProperty("blobs") long blobs,
        @JsonProperty("orig_data_size") long origDataSize,
        @JsonProperty("compr_data_size") long comprDataSize,
        @JsonProperty("mem_used_total") long memUsedTotal,
        @JsonProperty("mem_limit") long memLimit,
        @JsonProperty("mem_used_max") long memUsedMax,
        @JsonProperty("same_pages") long samePages,
        @JsonProperty("pages_compacted") long pagesCompacted,
        @JsonProperty("huge_pages") long hugePages,
        @JsonProperty("huge_pages_since") long hugePagesSince,
        @JsonProperty("expiring_blobs") long expiringBlobs,
        @JsonProperty("expired_blobs") long expiredBlobs,
        @JsonProperty("evicted_blobs") long evictedBlobs,
        @JsonProperty("bd_count") long bdCount,
        @JsonProperty("bd_reads") long bdReads,
        @JsonProperty("bd_writes") long bdWrites) {

    static PoolStatistics of(BlobPool pool) {
        BlobPoolStats stats = pool.stats();
        return new PoolStatistics(
                pool.name(),
                PoolSettings.of(pool.options()),
                stats.blobs(),
                stats.logicalBytes(),
                stats.storedBytes(),
                stats.poolBytes(),
                stats.limitBytes(),
                stats.peakPoolBytes(),
                stats.filledBlobs(),
                stats.freedByCompactionPages(),
                stats.rawBlobs(),
                stats.rawBlobsSinceStart(),
                stats.expiringBlobs(),
                stats.expiredBlobs(),
                stats.evictedBlobs(),
                stats.absentBlobs(),
                stats.journalReads(),
                stats.evictedToJournal());
    }
}
