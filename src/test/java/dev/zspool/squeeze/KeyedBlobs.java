package dev.zspool.squeeze;

import java.util.SplittableRandom;

/// Blobs that follow from a key: 200 bytes to 1 MiB, as many of each order of magnitude. A third is
/// noise, a third compresses to about a half, a third to nearly nothing.
final class KeyedBlobs {
    private static final int LEAST_BYTES = 200;
    private static final int MOST_BYTES = 1 << 20;
    private static final int STRIDE = 128;

    private final long seed;

    KeyedBlobs(long seed) {
        this.seed = seed;
    }

    byte[] content(int key) {
        SplittableRandom random = new SplittableRandom(seed + key);
        double spread = Math.log((double) MOST_BYTES / LEAST_BYTES);
        byte[] content = new byte[(int) (LEAST_BYTES * Math.exp(spread * random.nextDouble()))];
        switch (key % 3) {
            case 0 -> random.nextBytes(content);
            case 1 -> halfNoise(content, random);
            default -> stamp(content, random.nextLong());
        }
        return content;
    }

    private static void halfNoise(byte[] content, SplittableRandom random) {
        byte[] noise = new byte[STRIDE / 2];
        for (int at = 0; at < content.length; at += STRIDE) {
            random.nextBytes(noise);
            System.arraycopy(noise, 0, content, at, Math.min(noise.length, content.length - at));
        }
    }

    /// The same number here and there: still nobody else's content.
    private static void stamp(byte[] content, long number) {
        for (int at = 0; at + Long.BYTES <= content.length; at += STRIDE) {
            for (int i = 0; i < Long.BYTES; i++) {
                content[at + i] = (byte) (number >>> (8 * i));
            }
        }
    }
}
