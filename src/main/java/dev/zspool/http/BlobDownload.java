package dev.zspool.http;

import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.OpenResult;
import dev.zspool.blob.ReadOutcome;
import java.time.InstantSource;
import java.util.function.Supplier;

/// A blob that is going to be sent.
///
/// What is sent is one version from the first byte to the last. A body of up to 1 MiB is copied out
/// before its first byte leaves, and copied again when the blob was replaced meanwhile. A longer
/// one goes block by block, and only its first block can be tried again.
final class BlobDownload {

    /// Bodies up to here are copied out before they are sent.
    static final int SHORT_BYTES = 1024 * 1024;

    /// A blob that is replaced that often while it is copied is given up.
    static final int MAX_TRIES = 16;

    private final Supplier<BlockSource> opener;
    private final ReadRequest asked;
    private BlockSource source;
    private BlobPart part;

    /// @param opener opens the version that is published now, or throws a problem
    /// @param asked what of it is wanted, on which conditions
    BlobDownload(Supplier<BlockSource> opener, ReadRequest asked) {
        this.opener = opener;
        this.asked = asked;
        this.source = opener.get();
        this.part = asked.partOf(source.info());
    }

    static BlobDownload of(BlobPool pool, String handle, ReadRequest asked) {
        return new BlobDownload(() -> open(pool, handle), asked);
    }

    /// The version that is published now, or a problem.
    static BlockSource open(BlobPool pool, String handle) {
        return switch (pool.open(handle)) {
            case OpenResult.Found found -> BlockSource.of(found.reader());
            case OpenResult.Missing _ -> throw BlobProblems.missing();
            case OpenResult.Corrupted _ -> throw BlobProblems.corrupted();
            case OpenResult.NotInMemory _, OpenResult.Unreadable _ ->
                    throw BlobProblems.diskFailed();
        };
    }

    InstantSource clock() {
        return asked.clock();
    }

    BlobInfo info() {
        return source.info();
    }

    BlockSource source() {
        return source;
    }

    BlobPart part() {
        return part;
    }

    boolean isShort() {
        return part.bytes() <= SHORT_BYTES;
    }

    /// Copies out what must be at hand before the answer starts: all of a short body, the first
    /// block of a long one. The version may be a newer one than before; what is sent of it and
    /// whether the conditions hold is decided anew then.
    BlockBuffers copyOut() {
        BlockBuffers buffers = new BlockBuffers();
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            switch (copyTo(buffers)) {
                case OK -> {
                    return buffers;
                }
                case REPLACED -> {
                    buffers.release();
                    source = opener.get();
                    part = asked.partOf(source.info());
                }
                case CORRUPTED -> {
                    buffers.release();
                    throw BlobProblems.corrupted();
                }
                case EVICTED, UNREADABLE -> {
                    buffers.release();
                    throw BlobProblems.diskFailed();
                }
            }
        }
        throw BlobProblems.changing();
    }

    private ReadOutcome copyTo(BlockBuffers buffers) {
        int end = isShort() ? part.endBlock() : part.firstBlock() + 1;
        ReadOutcome outcome = ReadOutcome.OK;
        for (int block = part.firstBlock(); block < end && outcome == ReadOutcome.OK; block++) {
            outcome = buffers.read(source, block, part);
        }
        return outcome;
    }
}
