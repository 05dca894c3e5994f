package dev.zspool.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// The ids are written in stored data: a change here is a change of the format.
final class BlockCodecTest {
    @Test
    void idsAreTheStoredFormat() {
        assertEquals(0, BlockCodec.RAW.id());
        assertEquals(1, BlockCodec.LZ4.id());
        assertEquals(2, BlockCodec.FILLED.id());
        assertEquals(3, BlockCodec.values().length);
    }

    @Test
    void everyCodecIsFoundByItsId() {
        for (BlockCodec codec : BlockCodec.values()) {
            assertTrue(BlockCodec.isKnown(codec.id()));
            assertSame(codec, BlockCodec.of(codec.id()));
        }
    }

    @Test
    void otherIdsAreNotKnown() {
        for (int id : new int[] {Integer.MIN_VALUE, -1, 3, 255, Integer.MAX_VALUE}) {
            assertFalse(BlockCodec.isKnown(id));
            assertThrows(IllegalArgumentException.class, () -> BlockCodec.of(id));
        }
    }

    @Test
    void codecAndLengthArePackedAsWritten() {
        assertEquals(0x01_00_12_34, BlockCompressor.encoded(BlockCodec.LZ4, 0x1234));
        assertEquals(0x02_00_00_08, BlockCompressor.encoded(BlockCodec.FILLED, 8));
        assertEquals(0x00_01_00_00, BlockCompressor.encoded(BlockCodec.RAW, 65_536));
        assertSame(BlockCodec.LZ4, BlockCompressor.codec(0x01_00_12_34));
        assertEquals(0x1234, BlockCompressor.storedLength(0x01_00_12_34));
    }

    @Test
    void noBlockIsLongerThanTheLongest() {
        for (int length : new int[] {Integer.MIN_VALUE, -1, 65_537, 1 << 24, Integer.MAX_VALUE}) {
            int encoded = BlockCompressor.encoded(BlockCodec.RAW, length);
            assertFalse(BlockCodec.isKnown(encoded >>> 24), "length " + length);
            assertThrows(IllegalArgumentException.class, () -> BlockCompressor.codec(encoded));
        }
    }
}
