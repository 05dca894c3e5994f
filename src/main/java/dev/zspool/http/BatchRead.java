package dev.zspool.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.zspool.blob.ReadOutcome;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jspecify.annotations.Nullable;

/// Sends many blobs in one answer, one behind the other, block by block.
///
/// Each part is of one version. As in {@link BlobDownload}, a short blob is copied out before its
/// part begins, and a long one as far as its first block; one that is replaced later than that ends
/// the answer, since the length of its part was said.
final class BatchRead implements PacedAnswer.Step {

    private final Function<String, BlobOpener> opener;
    private final List<String> handles;
    private final BatchParts parts;
    private final ReadRequest asked;
    private int next;

    /// The blob whose part comes next, when it was begun and needs the disk.
    private @Nullable BlobDownload waiting;

    /// What is wrong with it, when the disk was asked.
    private @Nullable ProblemException problem;

    /// A long blob that is being sent, behind its first block.
    private @Nullable BlobDownload sending;

    private int nextBlock;

    /// What reading the next block of it came to, when it needed the disk.
    private @Nullable ReadOutcome fromDisk;

    /// @param opener opens a blob by its handle
    private BatchRead(
            Function<String, BlobOpener> opener,
            List<String> handles,
            BatchParts parts,
            InstantSource clock) {
        this.asked = ReadRequest.everything(clock);
        this.opener = opener;
        this.handles = handles;
        this.parts = parts;
    }

    /// Sends the head of the answer, and the parts as the client takes them.
    static void send(
            Function<String, BlobOpener> opener,
            List<String> handles,
            BatchParts parts,
            InstantSource clock,
            ResteasyReactiveRequestContext request,
            DiskReads disk) {
        HttpServerResponse response = request.serverRequest().unwrap(HttpServerResponse.class);
        response.headers().set(HttpHeaders.CONTENT_TYPE, parts.contentType());
        response.setChunked(true);
        PacedAnswer.start(new BatchRead(opener, handles, parts, clock), response, request, disk);
    }

    @Override
    public PacedAnswer.Progress write(HttpServerResponse response) throws JsonProcessingException {
        if (sending != null) {
            return writeBlock(sending, response);
        }
        if (next == handles.size()) {
            response.end(parts.end());
            return PacedAnswer.Progress.DONE;
        }
        return writePart(handles.get(next), response);
    }

    @Override
    public void read() {
        if (sending != null) {
            fromDisk = sending.copyBlock(nextBlock, true);
        } else if (waiting != null) {
            try {
                waiting.copyOut(true);
            } catch (ProblemException expected) {
                problem = expected;
            }
        }
    }

    private PacedAnswer.Progress writePart(String handle, HttpServerResponse response)
            throws JsonProcessingException {
        BlobDownload blob = waiting;
        ProblemException wrong = problem;
        waiting = null;
        problem = null;
        if (blob == null) {
            blob = new BlobDownload(opener.apply(handle), asked);
            try {
                if (!blob.copyOut(false)) {
                    waiting = blob;
                    return PacedAnswer.Progress.NEEDS_DISK;
                }
            } catch (ProblemException expected) {
                wrong = expected;
            }
        }
        next++;
        if (wrong == null) {
            writeBlob(handle, blob, response);
        } else {
            response.write(parts.problem(handle, wrong));
        }
        return PacedAnswer.Progress.MORE;
    }

    private void writeBlob(String handle, BlobDownload blob, HttpServerResponse response) {
        sending = blob;
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        BlobHeaders.set(blob.info(), asked.clock(), headers);
        response.write(parts.head(handle, BlobPart.WHOLE, headers));
        blob.buffers().sendTo(response, false);
        nextBlock = 1;
        if (blob.isShort()) {
            sending = null;
        }
    }

    private PacedAnswer.Progress writeBlock(BlobDownload blob, HttpServerResponse response) {
        ReadOutcome outcome = fromDisk == null ? blob.copyBlock(nextBlock, false) : fromDisk;
        fromDisk = null;
        if (outcome == ReadOutcome.EVICTED) {
            return PacedAnswer.Progress.NEEDS_DISK;
        }
        if (outcome != ReadOutcome.OK) {
            throw new ProblemException(
                    codeOf(outcome),
                    "block " + nextBlock + " of " + blob.info().handle() + ": " + outcome);
        }
        blob.buffers().sendTo(response, false);
        nextBlock++;
        if (nextBlock == blob.part().endBlock()) {
            sending = null;
        }
        return PacedAnswer.Progress.MORE;
    }

    private static ProblemCode codeOf(ReadOutcome outcome) {
        return switch (outcome) {
            case REPLACED -> ProblemCode.BLOB_CHANGING;
            case EVICTED, UNREADABLE -> ProblemCode.DISK_FAILED;
            case OK, CORRUPTED -> ProblemCode.CORRUPTED;
        };
    }

    @Override
    public void release() {
        if (waiting != null) {
            waiting.buffers().release();
        }
        if (sending != null) {
            sending.buffers().release();
        }
    }
}
