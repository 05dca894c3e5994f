package dev.zspool.bench;

import dev.zspool.codec.BlockCodec;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.Frames;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/// Pages of 4 KiB whose compressed sizes spread evenly on a logarithmic scale between two bounds:
/// random bytes, then zeros. The same seed gives the same pages, and the same ones to free.
final class SizedPages {
    static final int PAGE_BYTES = Frames.FRAME_BYTES;

    /// About what LZ4 adds to the random bytes for the zeros behind them.
    private static final int OVERHEAD_BYTES = 26;

    private static final int LITERALS_A_LENGTH_BYTE = 255;

    private final BlockCompressor compressor = BlockCompressor.create();
    private final byte[] page = new byte[PAGE_BYTES];
    private final byte[] compressed = new byte[BlockCompressor.SCRATCH_BYTES];
    private final double minLog;
    private final double maxLog;
    private final long seed;

    SizedPages(int minBytes, int maxBytes, long seed) {
        this.minLog = Math.log(minBytes);
        this.maxLog = Math.log(maxBytes);
        this.seed = seed;
    }

    private void generate(int index) {
        SplittableRandom random = new SplittableRandom(seed << Integer.SIZE | index);
        double log = minLog + random.nextDouble() * (maxLog - minLog);
        int target = (int) Math.round(Math.exp(log));
        int randomBytes = target - OVERHEAD_BYTES - target / LITERALS_A_LENGTH_BYTE;
        random.nextBytes(page);
        Arrays.fill(page, randomBytes, PAGE_BYTES, (byte) 0);
    }

    void appendTo(ByteBuffer chunk, int index) {
        generate(index);
        chunk.put(page);
    }

    /// Compresses a page, for [#compressed].
    ///
    /// @return the compressed size in bytes
    int compress(int index) {
        generate(index);
        int encoded = compressor.encode(page, 0, PAGE_BYTES, compressed);
        if (BlockCompressor.codec(encoded) != BlockCodec.LZ4) {
            throw new IllegalStateException("page " + index + " does not compress");
        }
        return BlockCompressor.storedLength(encoded);
    }

    /// The page that was compressed last.
    byte[] compressed() {
        return compressed;
    }

    /// Which of so many pages are freed.
    BitSet freed(int pages, int percent) {
        SplittableRandom random = new SplittableRandom(~seed);
        BitSet freed = new BitSet(pages);
        for (int i = 0; i < pages; i++) {
            if (random.nextInt(100) < percent) {
                freed.set(i);
            }
        }
        return freed;
    }
}
