package dev.zspool.http;

import dev.zspool.blob.ReadOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.quarkus.vertx.utils.NoBoundChecksBuffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;

/// Blocks of a blob in the network's own memory, on their way out.
///
/// Used by one thread at a time, and sent on an event loop. Whoever holds one sends it or releases
/// it.
final class BlockBuffers {

    /// The largest buffer that the allocator keeps at hand for the next taker.
    private static final int BUFFER_BYTES = 32 * 1024;

    /// Between the pool and the network's memory; used and left within one call.
    private static final ThreadLocal<byte[]> SCRATCH =
            ThreadLocal.withInitial(() -> new byte[BlobPart.BLOCK_BYTES]);

    private final Deque<ByteBuf> buffers = new ArrayDeque<>();

    /// Adds what goes out of one block, if it can be had.
    ReadOutcome read(BlockSource source, int block, BlobPart part) {
        byte[] scratch = SCRATCH.get();
        ReadOutcome outcome = source.read(block, scratch);
        if (outcome == ReadOutcome.OK) {
            add(scratch, part.startIn(block), part.endIn(block));
        }
        return outcome;
    }

    private void add(byte[] bytes, int start, int end) {
        for (int at = start; at < end; at += BUFFER_BYTES) {
            int length = Math.min(BUFFER_BYTES, end - at);
            buffers.add(
                    PooledByteBufAllocator.DEFAULT
                            .directBuffer(length)
                            .writeBytes(bytes, at, length));
        }
    }

    /// Hands everything to the network.
    ///
    /// @param end whether it is the rest of the body
    void sendTo(HttpServerResponse response, boolean end) {
        while (buffers.size() > 1 || (buffers.size() == 1 && !end)) {
            // A plain Buffer around a ByteBuf is never released; this one is, by the network.
            response.write(new NoBoundChecksBuffer(buffers.remove()), null);
        }
        if (end && buffers.isEmpty()) {
            response.end();
        } else if (end) {
            response.end(new NoBoundChecksBuffer(buffers.remove()), null);
        }
    }

    /// Gives back what was not sent.
    void release() {
        buffers.forEach(ByteBuf::release);
        buffers.clear();
    }
}
