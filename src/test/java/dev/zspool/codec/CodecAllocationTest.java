package dev.zspool.codec;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/// The paths every request takes leave nothing for the garbage collector.
final class CodecAllocationTest {
    private static final int WARM_UP = 30_000;
    private static final int ROUNDS = 20_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final BlockCompressor compressor = BlockCompressor.create();
    private final byte[] scratch = new byte[BlockCompressor.SCRATCH_BYTES];
    private final byte[] destination = new byte[BlockCompressor.MAX_BLOCK_BYTES];

    @Test
    void theMeasurementSeesAllocation() {
        double bytes = bytesPerCall(() -> new byte[16 + scratch.length % 2].length);
        assertTrue(bytes >= 16, bytes + " bytes a call");
    }

    @Test
    void encodeAndDecodeAllocateNothing() {
        for (BlockKind kind :
                new BlockKind[] {
                    BlockKind.ZEROS, BlockKind.SEVEN_BYTES, BlockKind.RANDOM, BlockKind.TEXT
                }) {
            byte[] content = kind.content(ReplaySeed.random("allocation"));
            StoredBlock stored = StoredBlock.encode(compressor, content);
            int encoded = BlockCompressor.encoded(stored.codec(), stored.bytes().length);
            assertAllocatesNothing(
                    "encode " + kind, () -> compressor.encode(content, 0, content.length, scratch));
            assertAllocatesNothing(
                    "decode " + kind,
                    () ->
                            compressor.decode(
                                            encoded,
                                            stored.bytes(),
                                            0,
                                            destination,
                                            0,
                                            content.length)
                                    ? 1
                                    : 0);
        }
    }

    @Test
    void fillingAllocatesNothing() {
        assertAllocatesNothing(
                "fill",
                () -> {
                    BlockCompressor.fill(5, destination, 3, 1000);
                    return BlockCompressor.fillWord(destination, 3, 1000);
                });
    }

    @Test
    void hashingAllocatesNothing() {
        assertAllocatesNothing("hash", () -> ContentHash.hash(destination, 1, 1027));
        ContentHash.Streaming streaming = ContentHash.newStreaming();
        assertAllocatesNothing(
                "streaming hash",
                () -> {
                    streaming.update(destination, 1, 1027);
                    return streaming.value();
                });
    }

    private static void assertAllocatesNothing(String what, LongSupplier call) {
        double bytes = bytesPerCall(call);
        assertTrue(bytes < 1, what + ": " + bytes + " bytes a call");
    }

    private static double bytesPerCall(LongSupplier call) {
        long sum = run(call, WARM_UP);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        sum += run(call, ROUNDS);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(sum != Long.MIN_VALUE, "keeps the calls alive");
        return allocated / (double) ROUNDS;
    }

    private static long run(LongSupplier call, int rounds) {
        long sum = 0;
        for (int i = 0; i < rounds; i++) {
            sum += call.getAsLong();
        }
        return sum;
    }
}
