package dev.zspool.blob;

import dev.zspool.page.Pace;
import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.JournalException;
import dev.zspool.persist.MetaPage;
import dev.zspool.persist.MetaResult;
import dev.zspool.persist.WriteOutcome;
import java.util.concurrent.CompletableFuture;

/// Reads every blob of a durable pool from the disk and verifies it. A damaged one is written again
/// if memory has it sound; else it is marked, so that it says at once that it is damaged, and its
/// remains are not in the way of the journal's own upkeep. One that memory has, and that could not
/// be written again, is not marked: it stays in memory, and the next run tries again.
///
/// Of one call; waits for the disk.
final class Scrub {
    private static final int PAGE_BLOBS = 64;

    /// More than these are not looked for when they cannot be written again: they must stay in
    /// memory.
    private static final int MOST_UNREPAIRED_BLOBS = 1024;

    private final JournalReads reads;
    private final WriteOrder order;
    private final BlobNames names;
    private final byte[] block = new byte[Blocks.BLOCK_BYTES];
    private long blobs;
    private long logicalBytes;
    private long repaired;
    private long corrupted;
    private long unrepaired;

    Scrub(JournalReads reads, WriteOrder order, BlobNames names) {
        this.reads = reads;
        this.order = order;
        this.names = names;
    }

    /// @param pace asked after every blob; its unit is blobs
    ScrubResult run(Pace pace) {
        boolean isComplete = false;
        try {
            isComplete = isWalked(pace) && unrepaired == 0;
        } catch (JournalException unreadable) {
            isComplete = false;
        }
        return new ScrubResult(blobs, logicalBytes, repaired, corrupted, isComplete);
    }

    private boolean isWalked(Pace pace) {
        JournalBacking backing = reads.backing();
        long totalBlobs = backing.journal().totals(backing.poolId()).blobs();
        long fromHash = 0;
        String afterHandle = "";
        MetaPage page;
        do {
            page = backing.journal().list(backing.poolId(), fromHash, afterHandle, PAGE_BLOBS);
            corrupted += page.damaged();
            for (BlobMeta blob : page.blobs()) {
                fromHash = blob.hash();
                afterHandle = blob.handle();
                if (!isLookedAt(blob) || !pace.proceed(blobs, Math.max(blobs, totalBlobs))) {
                    return false;
                }
            }
        } while (!page.isAtEnd());
        return true;
    }

    /// @return false when the disk cannot be read, or takes nothing
    private boolean isLookedAt(BlobMeta blob) {
        blobs++;
        logicalBytes += blob.sizeBytes();
        ReadOutcome outcome = blob.isCorrupted() ? ReadOutcome.CORRUPTED : read(blob);
        boolean isDamaged = outcome == ReadOutcome.CORRUPTED || outcome == ReadOutcome.REPLACED;
        if (isDamaged && isCurrent(blob)) {
            switch (repair(blob)) {
                case REPAIRED -> repaired++;
                case FAILED -> unrepaired++;
                case NOT_IN_MEMORY -> {
                    mark(blob);
                    corrupted++;
                }
            }
        }
        return outcome != ReadOutcome.UNREADABLE && unrepaired < MOST_UNREPAIRED_BLOBS;
    }

    private ReadOutcome read(BlobMeta blob) {
        JournalBlocks blocks = reads.blocksOf(blob);
        int count = Math.max(1, Blocks.count(blob.sizeBytes()));
        ReadOutcome outcome = ReadOutcome.OK;
        for (int n = 0; n < count && outcome == ReadOutcome.OK; n++) {
            int length = blob.sizeBytes() == 0 ? 0 : Blocks.length(blob.sizeBytes(), n);
            outcome = blocks.read(n, block, 0, length);
        }
        return outcome;
    }

    /// A piece may be missing because the blob was replaced meanwhile.
    private boolean isCurrent(BlobMeta blob) {
        JournalBacking backing = reads.backing();
        return backing.journal().readMeta(backing.poolId(), blob.hash(), blob.handle())
                        instanceof MetaResult.Found(BlobMeta now)
                && now.sequence() == blob.sequence();
    }

    private RepairOutcome repair(BlobMeta blob) {
        CompletableFuture<RepairOutcome> done = new CompletableFuture<>();
        order.repair(names.of(blob.handle()), blob, done::complete);
        return done.join();
    }

    private void mark(BlobMeta blob) {
        if (!blob.isCorrupted()) {
            JournalBacking backing = reads.backing();
            CompletableFuture<WriteOutcome> done = new CompletableFuture<>();
            backing.journal().markCorrupted(backing.poolId(), blob, done::complete);
            done.join();
        }
    }
}
