package dev.zspool.codec;

import java.util.Arrays;

/// Blocks made of one repeated 64-bit word ([BlockCodec#FILLED]).
///
/// ```
///  length 20   |0 1 2 3 4 5 6 7|0 1 2 3 4 5 6 7|0 1 2 3|
///              |  word (LE)    |  the same     | prefix|
/// ```
///
/// Ranges are checked by the caller. No method allocates.
final class SameFilled {
    private SameFilled() {}

    /// Says whether every byte equals the byte eight places before it.
    ///
    /// The last whole word is compared with the first before the rest, as zram does: content with
    /// an empty head and a used tail is common, and is refused here without being walked through.
    static boolean isFilled(byte[] bytes, int offset, int length) {
        if (length <= Long.BYTES) {
            return true;
        }
        int lastWord = offset + ((length - Long.BYTES) & -Long.BYTES);
        if (LittleEndian.longAt(bytes, offset) != LittleEndian.longAt(bytes, lastWord)) {
            return false;
        }
        int end = offset + length;
        return Arrays.equals(bytes, offset, end - Long.BYTES, bytes, offset + Long.BYTES, end);
    }

    /// Returns the first `min(8, length)` bytes as a little-endian word, the missing ones as zeros.
    static long word(byte[] bytes, int offset, int length) {
        if (length >= Long.BYTES) {
            return LittleEndian.longAt(bytes, offset);
        }
        long word = 0;
        for (int i = 0; i < length; i++) {
            word |= (bytes[offset + i] & 0xFFL) << (i * Byte.SIZE);
        }
        return word;
    }

    /// Writes `word` over and over, cutting the last one short where `length` ends.
    static void fill(long word, byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = offset;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            LittleEndian.putLong(bytes, at, word);
        }
        for (long rest = word; at < end; at++) {
            bytes[at] = (byte) rest;
            rest >>>= Byte.SIZE;
        }
    }
}
