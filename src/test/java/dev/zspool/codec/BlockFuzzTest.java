package dev.zspool.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/// Any content comes back, and any bytes as a block are refused or restored to the length asked
/// for. `JAZZER_FUZZ=1` searches; without it the inputs beside the test's resources are run again.
final class BlockFuzzTest {
    private static final BlockCompressor[] COMPRESSORS = {
        new BlockCompressor(Lz4.nativeOrSafe()), new BlockCompressor(Lz4.safe("to compare"))
    };

    @FuzzTest
    void anyContentComesBack(byte[] content) {
        byte[] block = Arrays.copyOf(content, Math.min(content.length, 65_536));
        for (BlockCompressor writer : COMPRESSORS) {
            StoredBlock stored = StoredBlock.encode(writer, block);
            for (BlockCompressor reader : COMPRESSORS) {
                StoredBlock.Decoded decoded = stored.decode(reader);
                assertTrue(decoded.accepted());
                assertArrayEquals(block, decoded.bytes());
            }
        }
    }

    /// One byte says the codec, two the length asked for (low byte first), the others are the
    /// block.
    @FuzzTest
    void anyBytesAreRefusedOrRestored(byte[] input) {
        if (input.length < 3) {
            return;
        }
        BlockCodec[] codecs = BlockCodec.values();
        BlockCodec codec = codecs[Byte.toUnsignedInt(input[0]) % codecs.length];
        int length = Byte.toUnsignedInt(input[1]) + (Byte.toUnsignedInt(input[2]) << 8);
        byte[] bytes = Arrays.copyOfRange(input, 3, input.length);
        StoredBlock block = new StoredBlock(codec, bytes, bytes);
        for (BlockCompressor reader : COMPRESSORS) {
            StoredBlock.Decoded first = block.decode(reader, length, (byte) 0x55);
            StoredBlock.Decoded second = block.decode(reader, length, (byte) 0xAA);
            assertEquals(first.accepted(), second.accepted());
            if (first.accepted()) {
                assertArrayEquals(first.bytes(), second.bytes());
            }
        }
    }
}
