package dev.zspool.blob;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.JournalException;
import dev.zspool.persist.MetaPage;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Brings blobs back into memory after a start, a few at a time: first those of the list of
/// residents, in its order, then the newest ones, until there is no free room.
///
/// Nobody waits for it: a blob that it has not come to is read when it is asked for. Used by one
/// thread; its progress may be read by others.
final class WarmUp {
    /// Blobs of one tag that are looked at; hashes are random, so there is hardly ever a second.
    private static final int MOST_PER_TAG = 8;

    private static final long NO_SEQUENCE = 0;

    private final JournalBacking backing;
    private final BlobNames names;
    private final JournalReads reads;
    private final BooleanSupplier hasFreeRoom;
    private final long totalBlobs;
    private int[] tags = {};
    private int nextTag;
    private long belowSequence = Long.MAX_VALUE;
    private boolean isBegun;
    private volatile WarmUpProgress progress;

    WarmUp(
            JournalBacking backing,
            BlobNames names,
            JournalReads reads,
            BooleanSupplier hasFreeRoom) {
        this.backing = backing;
        this.names = names;
        this.reads = reads;
        this.hasFreeRoom = hasFreeRoom;
        this.totalBlobs = backing.journal().totals(backing.poolId()).blobs();
        this.progress = new WarmUpProgress(0, 0, totalBlobs, totalBlobs == 0);
    }

    WarmUpProgress progress() {
        return progress;
    }

    /// Goes on.
    ///
    /// @param mostBlobs how many blobs to look at, about
    /// @return whether there is more to do
    boolean step(int mostBlobs) {
        if (progress.isDone()) {
            return false;
        }
        boolean isDone = true;
        try {
            isDone = !isMoreAfter(mostBlobs);
        } catch (JournalException unreadable) {
            // What is missing is read when it is asked for.
            isDone = true;
        } finally {
            note(0, 0, isDone);
        }
        return !isDone;
    }

    private boolean isMoreAfter(int mostBlobs) {
        if (!isBegun) {
            isBegun = true;
            tags = backing.journal().residents(backing.poolId());
        }
        int looked = 0;
        while (looked < mostBlobs && nextTag < tags.length) {
            if (!isTagTaken(tags[nextTag++])) {
                return false;
            }
            looked++;
        }
        if (nextTag == tags.length) {
            tags = new int[0];
            nextTag = 0;
        }
        return looked >= mostBlobs || isNewestTaken(mostBlobs - looked);
    }

    private boolean isTagTaken(int tag) {
        long hash = (long) tag << Integer.SIZE;
        MetaPage page = backing.journal().list(backing.poolId(), hash, "", MOST_PER_TAG);
        for (BlobMeta blob : page.blobs()) {
            if (IndexSegment.tagOfHash(blob.hash()) == tag && !isTaken(blob)) {
                return false;
            }
        }
        return true;
    }

    private boolean isNewestTaken(int mostBlobs) {
        List<BlobMeta> blobs = backing.journal().newest(backing.poolId(), belowSequence, mostBlobs);
        for (BlobMeta blob : blobs) {
            if (!isTaken(blob)) {
                return false;
            }
            belowSequence = blob.sequence();
        }
        return blobs.size() == mostBlobs && belowSequence > NO_SEQUENCE;
    }

    /// @return whether there is room for more
    private boolean isTaken(BlobMeta blob) {
        if (!hasFreeRoom.getAsBoolean() || !backing.mayHaveMore()) {
            return false;
        }
        JournalReads.Admission admission = reads.warm(names.of(blob.handle()));
        note(1, admission == JournalReads.Admission.ADMITTED ? 1 : 0, false);
        return admission != JournalReads.Admission.NO_MEMORY
                && admission != JournalReads.Admission.UNREADABLE;
    }

    private void note(long looked, long admitted, boolean isDone) {
        WarmUpProgress now = progress;
        progress =
                new WarmUpProgress(
                        Math.min(now.lookedAtBlobs() + looked, totalBlobs),
                        now.admittedBlobs() + admitted,
                        totalBlobs,
                        isDone);
    }
}
