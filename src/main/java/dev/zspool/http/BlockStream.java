package dev.zspool.http;

import dev.zspool.blob.ReadOutcome;
import io.vertx.core.http.HttpServerResponse;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;

/// The rest of a long body, one block at a time as fast as the client takes it.
///
/// When a block cannot be had any more the connection is reset: the client sees a body that is too
/// short, never one made of two versions. A block that is not in memory, or not any more, is read
/// from the disk by another thread, while the network sends the one before it.
final class BlockStream {

    private static final Logger LOG = Logger.getLogger(BlockStream.class);

    /// Belongs to whoever reads a block.
    private final BlobDownload download;

    private final HttpServerResponse response;
    private final ResteasyReactiveRequestContext request;
    private final DiskReads disk;

    private int next;
    private boolean sending;
    private boolean isDiskRead;
    private ReadOutcome fromDisk = ReadOutcome.OK;
    private boolean ended;

    private BlockStream(
            BlobDownload download,
            HttpServerResponse response,
            ResteasyReactiveRequestContext request,
            DiskReads disk) {
        this.download = download;
        this.next = download.part().firstBlock() + 1;
        this.response = response;
        this.request = request;
        this.disk = disk;
    }

    /// Sends everything after the first block.
    static void start(
            BlobDownload download,
            HttpServerResponse response,
            ResteasyReactiveRequestContext request,
            DiskReads disk) {
        BlockStream stream = new BlockStream(download, response, request, disk);
        request.suspend();
        response.closeHandler(closed -> stream.end());
        response.drainHandler(drained -> stream.send());
        stream.send();
    }

    /// The network calls this from within a write that it was just given.
    private void send() {
        if (!sending) {
            paced(() -> {
                while (!ended && !isDiskRead && !response.writeQueueFull()) {
                    sendNext();
                }
            });
        }
    }

    private void paced(Runnable step) {
        sending = true;
        try {
            step.run();
        } catch (RuntimeException | OutOfMemoryError failure) {
            fail(failure);
        } finally {
            sending = false;
        }
    }

    private void sendNext() {
        ReadOutcome outcome = download.copyBlock(next, false);
        if (outcome == ReadOutcome.EVICTED) {
            readFromDisk();
        } else {
            sendRead(outcome);
        }
    }

    private void readFromDisk() {
        isDiskRead = true;
        disk.run(
                () -> fromDisk = download.copyBlock(next, true),
                () -> diskReadEnded(() -> sendRead(fromDisk)),
                failure -> diskReadEnded(() -> fail(failure)));
    }

    private void diskReadEnded(Runnable goOn) {
        isDiskRead = false;
        if (ended) {
            download.buffers().release();
        } else {
            paced(goOn);
            send();
        }
    }

    private void sendRead(ReadOutcome outcome) {
        if (outcome != ReadOutcome.OK) {
            LOG.warnf("block %d of a blob: %s, connection reset", next, outcome);
            reset();
            return;
        }
        next++;
        boolean last = next == download.part().endBlock();
        download.buffers().sendTo(response, last);
        if (last) {
            end();
        }
    }

    private void fail(Throwable failure) {
        LOG.error("sending a blob failed", failure);
        reset();
    }

    private void reset() {
        response.reset();
        end();
    }

    private void end() {
        if (!ended) {
            ended = true;
            if (!isDiskRead) {
                download.buffers().release();
            }
            request.resume();
        }
    }
}
