package dev.zspool.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// The repeated word, for every length up to some words and every place that can be wrong.
final class SameFilledTest {
    private static final long WORD = 0x8877_6655_4433_2211L;

    @Test
    void theWordIsLittleEndianAndTheTailItsPrefix() {
        byte[] bytes = new byte[11];
        BlockCompressor.fill(WORD, bytes, 0, 11);
        byte[] expected = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, (byte) 0x88, 0x11, 0x22, 0x33};
        assertArrayEquals(expected, bytes);
    }

    @Test
    void theWordOfAShortBlockEndsInZeros() {
        byte[] bytes = new byte[8];
        BlockCompressor.fill(WORD, bytes, 0, 8);
        assertEquals(0, BlockCompressor.fillWord(bytes, 3, 0));
        assertEquals(0x11, BlockCompressor.fillWord(bytes, 0, 1));
        assertEquals(0x88, BlockCompressor.fillWord(bytes, 7, 1));
        assertEquals(0x77_6655_4433_2211L, BlockCompressor.fillWord(bytes, 0, 7));
        assertEquals(WORD, BlockCompressor.fillWord(bytes, 0, 8));
    }

    @Test
    void theWordIsTheFirstEightBytesOfAnything() {
        byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        assertEquals(0x0807_0605_0403_0201L, BlockCompressor.fillWord(bytes, 0, 12));
        assertEquals(0x0908_0706_0504_0302L, BlockCompressor.fillWord(bytes, 1, 8));
    }

    @Test
    void fillAndWordAgreeForEveryLengthAndOffset() {
        for (int length = 0; length < 70; length++) {
            GuardedBytes filled = new GuardedBytes(length, (byte) 0xEE);
            BlockCompressor.fill(WORD, filled.array, filled.offset, length);
            filled.assertGuardsUntouched();
            for (int i = 0; i < length; i++) {
                byte expected = (byte) (WORD >>> (i % 8 * 8));
                assertEquals(expected, filled.array[filled.offset + i], length + " at " + i);
            }
            long seen = length < 8 ? WORD & ((1L << (length * 8)) - 1) : WORD;
            assertEquals(seen, BlockCompressor.fillWord(filled.array, filled.offset, length));
        }
    }

    /// Compares with the definition, for every single byte that is off.
    @Test
    void detectionIsExact() {
        for (int length = 0; length < 70; length++) {
            GuardedBytes filled = new GuardedBytes(length, (byte) 0xEE);
            BlockCompressor.fill(WORD, filled.array, filled.offset, length);
            assertEquals(true, SameFilled.isFilled(filled.array, filled.offset, length));
            for (int i = 0; i < length; i++) {
                filled.array[filled.offset + i] ^= 4;
                boolean expected = repeats(filled.content());
                boolean found = SameFilled.isFilled(filled.array, filled.offset, length);
                assertEquals(expected, found, length + " with a wrong byte at " + i);
                filled.array[filled.offset + i] ^= 4;
            }
        }
    }

    /// Few different bytes, so that blocks with period 8 and almost-period 8 come up by themselves.
    @Test
    void detectionIsExactOnRandomBlocks() {
        Random random = ReplaySeed.random("same-filled");
        int filled = 0;
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = new byte[9 + random.nextInt(9)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) random.nextInt(2);
            }
            boolean expected = repeats(bytes);
            assertEquals(expected, SameFilled.isFilled(bytes, 0, bytes.length));
            filled += expected ? 1 : 0;
        }
        assertEquals(true, filled > 100, "both answers must come up");
    }

    @Test
    void wrongRangesAreRefused() {
        byte[] bytes = new byte[8];
        assertThrows(IndexOutOfBoundsException.class, () -> BlockCompressor.fillWord(bytes, 1, 8));
        assertThrows(IndexOutOfBoundsException.class, () -> BlockCompressor.fill(1, bytes, -1, 8));
        assertThrows(IndexOutOfBoundsException.class, () -> BlockCompressor.fill(1, bytes, 0, 9));
    }

    private static boolean repeats(byte[] bytes) {
        for (int i = 8; i < bytes.length; i++) {
            if (bytes[i] != bytes[i - 8]) {
                return false;
            }
        }
        return true;
    }
}
