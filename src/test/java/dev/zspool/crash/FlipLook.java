package dev.zspool.crash;

import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobListing;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.BlobReader;
import dev.zspool.blob.OpenResult;
import dev.zspool.blob.ReadOutcome;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares all that pools serve with what they answered when it was written. What is not there
/// must be said to be damaged; only what was deleted or is over may be missing.
final class FlipLook {
    private static final int LISTED_BLOBS = 5;
    private static final int BLOCK_BYTES = 1 << 16;

    private final FlipStore store;
    private final FlipBlobs expected;
    private final long nowMillis;
    private final FlipFindings findings;
    private final byte[] block = new byte[BLOCK_BYTES];

    FlipLook(FlipStore store, FlipBlobs expected, long nowMillis, FlipFindings findings) {
        this.store = store;
        this.expected = expected;
        this.nowMillis = nowMillis;
        this.findings = findings;
    }

    static boolean isAlive(FlipBlobs.@Nullable Kept kept, long nowMillis) {
        return kept != null && !kept.info().isExpiredAt(nowMillis);
    }

    /// @param handles whose blobs are there, or were once
    void atEverything(List<String> handles) {
        Map<String, BlobPoolOptions> pools = new LinkedHashMap<>();
        store.store().pools().forEach(pool -> pools.put(pool.name(), pool.options()));
        if (!pools.equals(expected.pools())) {
            findings.silent("pools " + pools + " instead of " + expected.pools());
            return;
        }
        for (BlobPool pool : store.store().pools()) {
            for (String handle : handles) {
                atBlob(pool, handle);
            }
            atList(pool);
            List<String> violations = pool.checkLive().violations();
            if (!violations.isEmpty()) {
                findings.silent(pool.name() + ": " + violations);
            }
        }
    }

    private void atBlob(BlobPool pool, String handle) {
        String which = pool.name() + "/" + handle;
        FlipBlobs.Kept kept = expected.of(pool.name()).get(handle);
        boolean isThere = isAlive(kept, nowMillis);
        switch (pool.fetch(handle)) {
            case OpenResult.Missing() -> {
                if (isThere && !expected.isUnsure(pool.name(), handle)) {
                    findings.silent(which + " is gone");
                }
            }
            case OpenResult.Found(BlobReader reader) -> {
                if (kept == null || !isThere) {
                    findings.silent(which + " is there: " + reader.info());
                } else {
                    atContent(which, reader, kept);
                }
            }
            case OpenResult.Corrupted(), OpenResult.Unreadable() -> findings.detected();
            case OpenResult.NotInMemory() -> findings.silent(which + " is nowhere");
        }
    }

    private void atContent(String which, BlobReader reader, FlipBlobs.Kept kept) {
        if (!reader.info().equals(kept.info())) {
            findings.silent(which + " is " + reader.info() + " instead of " + kept.info());
            return;
        }
        for (int n = 0; n < reader.blocks(); n++) {
            ReadOutcome outcome = reader.readBlock(n, block, 0);
            if (outcome == ReadOutcome.EVICTED) {
                outcome = reader.readBlock(n, block, 0);
            }
            if (outcome != ReadOutcome.OK) {
                findings.detected();
            } else if (!kept.hasContent(n * BLOCK_BYTES, block, reader.blockBytes(n))) {
                findings.silent(which + " has other bytes in block " + n);
            }
        }
    }

    private void atList(BlobPool pool) {
        long damagedBefore = pool.stats().corruptedReads();
        Set<String> missing = new LinkedHashSet<>();
        expected.of(pool.name())
                .forEach((handle, kept) -> {
                    if (isAlive(kept, nowMillis)) {
                        missing.add(handle);
                    }
                });
        BlobListing listing = pool.list(Optional.empty());
        while (!listing.isAtEnd()) {
            for (BlobInfo info : listing.next(LISTED_BLOBS)) {
                FlipBlobs.Kept kept = expected.of(pool.name()).get(info.handle());
                boolean isRight = kept != null && info.equals(kept.info());
                if (!missing.remove(info.handle()) || !isRight) {
                    findings.silent("the list of " + pool.name() + " has " + info);
                }
            }
        }
        missing.removeIf(handle -> expected.isUnsure(pool.name(), handle));
        boolean isSaid = listing.isUnreadable() || pool.stats().corruptedReads() > damagedBefore;
        if (isSaid) {
            findings.detected();
        } else if (!missing.isEmpty()) {
            findings.silent("the list of " + pool.name() + " lacks " + missing);
        } else if (!findings.isDetected()
                && pool.stats().blobs() < expected.of(pool.name()).size()) {
            findings.silent(pool.name() + " counts " + pool.stats().blobs() + " blobs");
        }
    }
}
