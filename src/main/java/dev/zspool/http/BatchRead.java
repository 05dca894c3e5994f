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

    private final Function<String, BlockSource> opener;
    private final List<String> handles;
    private final BatchParts parts;
    private final InstantSource clock;
    private final BlockBuffers buffers = new BlockBuffers();
    private int next;

    /// A long blob that is being sent.
    private @Nullable BlockSource sending;

    private int nextBlock;

    /// @param opener opens the version of a blob that is published now, or throws a problem
    private BatchRead(
            Function<String, BlockSource> opener,
            List<String> handles,
            BatchParts parts,
            InstantSource clock) {
        this.clock = clock;
        this.opener = opener;
        this.handles = handles;
        this.parts = parts;
    }

    /// Sends the head of the answer, and the parts as the client takes them.
    static void send(
            Function<String, BlockSource> opener,
            List<String> handles,
            BatchParts parts,
            InstantSource clock,
            ResteasyReactiveRequestContext request) {
        HttpServerResponse response = request.serverRequest().unwrap(HttpServerResponse.class);
        response.headers().set(HttpHeaders.CONTENT_TYPE, parts.contentType());
        response.setChunked(true);
        PacedAnswer.start(new BatchRead(opener, handles, parts, clock), response, request);
    }

    @Override
    public boolean write(HttpServerResponse response) throws JsonProcessingException {
        if (sending != null) {
            writeBlock(sending, response);
            return true;
        }
        if (next == handles.size()) {
            response.end(parts.end());
            return false;
        }
        String handle = handles.get(next++);
        try {
            writePart(handle, response);
        } catch (ProblemException problem) {
            writeProblem(handle, problem, response);
        }
        return true;
    }

    private void writeProblem(String handle, ProblemException problem, HttpServerResponse response)
            throws JsonProcessingException {
        response.write(parts.problem(handle, problem));
    }

    private void writePart(String handle, HttpServerResponse response) {
        BlockSource source = copyOut(handle);
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        BlobHeaders.set(source.info(), clock, headers);
        response.write(parts.head(handle, 200, headers));
        buffers.sendTo(response, false);
        if (!isShort(source)) {
            sending = source;
            nextBlock = 1;
        }
    }

    private void writeBlock(BlockSource source, HttpServerResponse response) {
        ReadOutcome outcome = buffers.read(source, nextBlock, BlobPart.whole(source.info()));
        if (outcome != ReadOutcome.OK) {
            throw new ProblemException(
                    outcome == ReadOutcome.REPLACED
                            ? ProblemCode.BLOB_CHANGING
                            : ProblemCode.CORRUPTED,
                    "block " + nextBlock + " of " + source.info().handle() + ": " + outcome);
        }
        buffers.sendTo(response, false);
        nextBlock++;
        if (nextBlock == BlobPart.whole(source.info()).endBlock()) {
            sending = null;
        }
    }

    /// Takes all of a short blob or the first block of a long one, whichever version is published
    /// then.
    private BlockSource copyOut(String handle) {
        for (int tries = 0; tries < BlobDownload.MAX_TRIES; tries++) {
            BlockSource source = opener.apply(handle);
            ReadOutcome outcome = copy(source);
            if (outcome == ReadOutcome.OK) {
                return source;
            }
            buffers.release();
            if (outcome == ReadOutcome.CORRUPTED) {
                throw BlobProblems.corrupted();
            }
        }
        throw BlobProblems.changing();
    }

    private ReadOutcome copy(BlockSource source) {
        BlobPart whole = BlobPart.whole(source.info());
        int blocks = isShort(source) ? whole.endBlock() : 1;
        ReadOutcome outcome = ReadOutcome.OK;
        for (int block = 0; block < blocks && outcome == ReadOutcome.OK; block++) {
            outcome = buffers.read(source, block, whole);
        }
        return outcome;
    }

    private static boolean isShort(BlockSource source) {
        return source.info().sizeBytes() <= BlobDownload.SHORT_BYTES;
    }

    @Override
    public void release() {
        buffers.release();
    }
}
