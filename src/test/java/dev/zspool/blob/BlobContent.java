package dev.zspool.blob;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/// Kinds of content that a blob may have. What they make follows from kind, length and seed.
enum BlobContent {
    ZEROS,
    /// One word over and over; the last one is cut short where the length is odd.
    ONE_WORD,
    /// Words of a small vocabulary.
    TEXT,
    /// Does not compress.
    RANDOM,
    /// Each block of 64 KiB is of another kind, the last one included.
    MIXED;

    private static final String[] WORDS = {
        "page", "frame", "slot", "handle", "zspage", "class", "the", "of", "is", "free", "\n"
    };

    byte[] of(int length, long seed) {
        byte[] bytes = new byte[length];
        if (this == MIXED) {
            BlobContent[] kinds = {TEXT, ZEROS, RANDOM, ONE_WORD};
            for (int block = 0; block < Blocks.count(length); block++) {
                int from = block * Blocks.BLOCK_BYTES;
                kinds[block % kinds.length].fill(
                        bytes, from, Blocks.length(length, block), seed + block);
            }
        } else {
            fill(bytes, 0, length, seed);
        }
        return bytes;
    }

    private void fill(byte[] bytes, int offset, int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        switch (this) {
            case ZEROS, MIXED -> {}
            case ONE_WORD -> {
                long word = random.nextLong() | 1;
                for (int i = 0; i < length; i++) {
                    bytes[offset + i] = (byte) (word >>> (i % Long.BYTES * Byte.SIZE));
                }
            }
            case RANDOM -> {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, bytes, offset, length);
            }
            case TEXT -> {
                int at = 0;
                while (at < length) {
                    String word = WORDS[random.nextInt(WORDS.length)] + random.nextInt(100) + " ";
                    byte[] text = word.getBytes(StandardCharsets.US_ASCII);
                    int step = Math.min(text.length, length - at);
                    System.arraycopy(text, 0, bytes, offset + at, step);
                    at += step;
                }
            }
        }
    }
}
