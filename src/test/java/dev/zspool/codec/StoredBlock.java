package dev.zspool.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;

/// A block as it would lie in the pool: codec, stored bytes, and the content it stands for.
final class StoredBlock {
    private final BlockCodec codec;
    private final byte[] bytes;
    private final byte[] content;

    StoredBlock(BlockCodec codec, byte[] bytes, byte[] content) {
        this.codec = codec;
        this.bytes = bytes;
        this.content = content;
    }

    BlockCodec codec() {
        return codec;
    }

    byte[] bytes() {
        return bytes;
    }

    byte[] content() {
        return content;
    }

    /// Encodes from a guarded window with a scratch array of no more than the promised size, and
    /// checks that neither the source nor its guards changed.
    static StoredBlock encode(BlockCompressor compressor, byte[] content) {
        GuardedBytes source = GuardedBytes.of(content);
        byte[] scratch = new byte[BlockCompressor.SCRATCH_BYTES];
        int encoded = compressor.encode(source.array, source.offset, source.length, scratch);
        assertArrayEquals(content, source.content(), "encoding must not change the source");
        source.assertGuardsUntouched();

        BlockCodec codec = BlockCompressor.codec(encoded);
        int storedLength = BlockCompressor.storedLength(encoded);
        assertEquals(encoded, BlockCompressor.encoded(codec, storedLength), "packed again");
        byte[] bytes =
                codec == BlockCodec.LZ4
                        ? Arrays.copyOf(scratch, storedLength)
                        : Arrays.copyOf(content, storedLength);
        return new StoredBlock(codec, bytes, content);
    }

    StoredBlock withBytes(byte[] other) {
        return new StoredBlock(codec, other, content);
    }

    StoredBlock withCodec(BlockCodec other) {
        return new StoredBlock(other, bytes, content);
    }

    /// Decodes between guards into a window full of `dirt`; the stored bytes have neighbours too.
    Decoded decode(BlockCompressor compressor, int length, byte dirt) {
        GuardedBytes stored = GuardedBytes.of(bytes);
        GuardedBytes destination = new GuardedBytes(length, dirt);
        boolean accepted =
                compressor.decode(
                        BlockCompressor.encoded(codec, bytes.length),
                        stored.array,
                        stored.offset,
                        destination.array,
                        destination.offset,
                        length);
        destination.assertGuardsUntouched();
        stored.assertGuardsUntouched();
        assertArrayEquals(bytes, stored.content(), "decoding must not change what is stored");
        return new Decoded(accepted, destination.content());
    }

    Decoded decode(BlockCompressor compressor) {
        return decode(compressor, content.length, (byte) 0x33);
    }

    /// Says whether decoded bytes would pass for the content: its hash is all a reader has.
    boolean passesFor(byte[] decoded) {
        return ContentHash.hash(decoded, 0, decoded.length)
                == ContentHash.hash(content, 0, content.length);
    }

    /// What came out of one call.
    static final class Decoded {
        private final boolean accepted;
        private final byte[] bytes;

        Decoded(boolean accepted, byte[] bytes) {
            this.accepted = accepted;
            this.bytes = bytes;
        }

        boolean accepted() {
            return accepted;
        }

        byte[] bytes() {
            return bytes;
        }
    }
}
