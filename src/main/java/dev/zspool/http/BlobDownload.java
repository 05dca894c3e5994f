package dev.zspool.http;

import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.ReadOutcome;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A blob that is going to be sent.
///
/// What is sent is one version from the first byte to the last. A body of up to 1 MiB is copied out
/// before its first byte leaves, and copied again when the blob was replaced meanwhile. A longer
/// one goes block by block, and only its first block can be tried again.
///
/// Begins in memory, on the event loop; what turns out to be on the disk only is done by another
/// thread, which goes on where the first one stopped. One thread at a time.
final class BlobDownload {

    /// Bodies up to here are copied out before they are sent.
    static final int SHORT_BYTES = 1024 * 1024;

    /// A blob that is replaced that often while it is copied is given up.
    static final int MAX_TRIES = 16;

    private final BlobOpener opener;
    private final ReadRequest asked;
    private final BlockBuffers buffers = new BlockBuffers();
    private @Nullable BlockSource source;
    private @Nullable BlobPart part;
    private int tries;

    /// @param asked what of it is wanted, on which conditions
    BlobDownload(BlobOpener opener, ReadRequest asked) {
        this.opener = opener;
        this.asked = asked;
    }

    static BlobDownload of(BlobPool pool, String handle, ReadRequest asked) {
        return new BlobDownload(BlobOpener.of(pool, handle), asked);
    }

    InstantSource clock() {
        return asked.clock();
    }

    BlobInfo info() {
        return source().info();
    }

    /// The version that was opened.
    BlockSource source() {
        return Objects.requireNonNull(source, "not open");
    }

    /// What of it is sent.
    BlobPart part() {
        return Objects.requireNonNull(part, "not open");
    }

    /// What was copied out. Whoever sends it or gives up releases it.
    BlockBuffers buffers() {
        return buffers;
    }

    boolean isShort() {
        return part().bytes() <= SHORT_BYTES;
    }

    /// Opens the version that is published now, unless one is open.
    ///
    /// @param mayWait whether it may wait for the disk
    /// @return false when it must, and may not
    /// @throws ProblemException when there is none, or the conditions do not hold
    boolean open(boolean mayWait) {
        if (source == null) {
            BlockSource opened = mayWait ? opener.fetch() : opener.open();
            if (opened == null) {
                return false;
            }
            part = asked.partOf(opened.info());
            source = opened;
        }
        return true;
    }

    /// Copies out what must be at hand before the answer starts: all of a short body, the first
    /// block of a long one. The version may be a newer one than before; what is sent of it and
    /// whether the conditions hold is decided anew then.
    ///
    /// @param mayWait whether it may wait for the disk
    /// @return false when it must, and may not: nothing is copied then
    /// @throws ProblemException when it cannot be had; nothing is copied then, either
    boolean copyOut(boolean mayWait) {
        try {
            while (tries < MAX_TRIES) {
                if (!open(mayWait) || (source().mayBlock() && !mayWait)) {
                    return false;
                }
                ReadOutcome outcome = copy();
                if (outcome == ReadOutcome.OK) {
                    return true;
                }
                buffers.release();
                tryAgain(outcome);
            }
            throw BlobProblems.changing();
        } catch (RuntimeException | OutOfMemoryError failure) {
            buffers.release();
            throw failure;
        }
    }

    /// Copies out one more block of a long body, of the version that is open.
    ///
    /// @param mayWait whether it may wait for the disk
    /// @return EVICTED only when it must, and may not
    ReadOutcome copyBlock(int block, boolean mayWait) {
        if (!mayWait) {
            return source().mayBlock()
                    ? ReadOutcome.EVICTED
                    : buffers.read(source(), block, part());
        }
        // A blob that leaves memory says so once, and then goes on from the disk.
        for (int again = 0; again < MAX_TRIES; again++) {
            ReadOutcome outcome = buffers.read(source(), block, part());
            if (outcome != ReadOutcome.EVICTED) {
                return outcome;
            }
        }
        return ReadOutcome.UNREADABLE;
    }

    private void tryAgain(ReadOutcome why) {
        tries++;
        switch (why) {
            case OK, EVICTED -> {}
            case REPLACED -> source = null;
            case CORRUPTED -> throw BlobProblems.corrupted();
            case UNREADABLE -> throw BlobProblems.unreadable();
        }
    }

    private ReadOutcome copy() {
        BlockSource from = source();
        BlobPart wanted = part();
        int end = isShort() ? wanted.endBlock() : wanted.firstBlock() + 1;
        ReadOutcome outcome = ReadOutcome.OK;
        for (int block = wanted.firstBlock(); block < end && outcome == ReadOutcome.OK; block++) {
            outcome = buffers.read(from, block, wanted);
        }
        return outcome;
    }
}
