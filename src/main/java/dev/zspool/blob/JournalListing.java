package dev.zspool.blob;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.JournalException;
import dev.zspool.persist.MetaPage;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Lists a pool of which some blobs are not in memory: the journal has all of them, in the same
/// order. Waits for the disk.
final class JournalListing implements BlobListing {
    /// Less than every handle.
    private static final String BEFORE_ALL = "";

    private final JournalBacking backing;
    private final BlobCounters counters;
    private final InstantSource clock;
    private long fromHash;
    private String afterHandle = BEFORE_ALL;
    private boolean isAtEnd;
    private boolean isUnreadable;

    /// @param after the name behind which to begin; empty for the first
    JournalListing(
            JournalBacking backing,
            BlobCounters counters,
            InstantSource clock,
            Optional<BlobName> after) {
        this.backing = backing;
        this.counters = counters;
        this.clock = clock;
        after.ifPresent(name -> {
            fromHash = name.hash();
            afterHandle = name.handle();
        });
    }

    @Override
    public List<BlobInfo> next(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit=" + limit);
        }
        if (isAtEnd) {
            return List.of();
        }
        MetaPage page;
        try {
            page = backing.journal().list(backing.poolId(), fromHash, afterHandle, limit);
        } catch (JournalException unreadable) {
            isUnreadable = true;
            isAtEnd = true;
            return List.of();
        }
        counters.corruptedReads.add(page.damaged());
        isAtEnd = page.isAtEnd();
        if (!page.blobs().isEmpty()) {
            BlobMeta last = page.blobs().getLast();
            fromHash = last.hash();
            afterHandle = last.handle();
        }
        long now = clock.millis();
        return page.blobs().stream()
                .map(JournalFormat::info)
                .filter(info -> !info.isExpiredAt(now))
                .toList();
    }

    @Override
    public boolean mayBlock() {
        return true;
    }

    @Override
    public boolean isUnreadable() {
        return isUnreadable;
    }

    @Override
    public boolean isAtEnd() {
        return isAtEnd;
    }
}
