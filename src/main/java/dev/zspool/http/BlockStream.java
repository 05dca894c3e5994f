package dev.zspool.http;

import dev.zspool.blob.ReadOutcome;
import io.vertx.core.http.HttpServerResponse;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;

/// The rest of a long body, one block at a time as fast as the client takes it.
///
/// When a block cannot be had any more the connection is reset: the client sees a body that is too
/// short, never one made of two versions.
final class BlockStream {

    private static final Logger LOG = Logger.getLogger(BlockStream.class);

    private final BlockSource source;
    private final BlobPart part;
    private final HttpServerResponse response;
    private final ResteasyReactiveRequestContext request;
    private final BlockBuffers buffers = new BlockBuffers();

    private int next;
    private boolean sending;
    private boolean ended;

    private BlockStream(
            BlockSource source,
            BlobPart part,
            HttpServerResponse response,
            ResteasyReactiveRequestContext request) {
        this.source = source;
        this.part = part;
        this.next = part.firstBlock() + 1;
        this.response = response;
        this.request = request;
    }

    /// Sends everything after the first block.
    static void start(
            BlockSource source,
            BlobPart part,
            HttpServerResponse response,
            ResteasyReactiveRequestContext request) {
        BlockStream stream = new BlockStream(source, part, response, request);
        request.suspend();
        response.closeHandler(closed -> stream.end());
        response.drainHandler(drained -> stream.send());
        stream.send();
    }

    /// The network calls this from within a write that it was just given.
    private void send() {
        if (sending) {
            return;
        }
        sending = true;
        try {
            while (!ended && !response.writeQueueFull()) {
                sendNext();
            }
        } catch (RuntimeException | OutOfMemoryError failure) {
            LOG.error("sending a blob failed", failure);
            reset();
        } finally {
            sending = false;
        }
    }

    private void sendNext() {
        ReadOutcome outcome = buffers.read(source, next, part);
        if (outcome != ReadOutcome.OK) {
            LOG.warnf(
                    "block %d of %s: %s, connection reset", next, source.info().handle(), outcome);
            reset();
            return;
        }
        next++;
        boolean last = next == part.endBlock();
        buffers.sendTo(response, last);
        if (last) {
            end();
        }
    }

    private void reset() {
        response.reset();
        end();
    }

    private void end() {
        if (!ended) {
            ended = true;
            buffers.release();
            request.resume();
        }
    }
}
