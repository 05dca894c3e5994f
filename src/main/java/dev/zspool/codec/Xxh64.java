package dev.zspool.codec;

/// The steps of XXH64 with seed 0, without state.
///
/// Names follow the specification: a *stripe* is 32 bytes, taken as four little-endian *lanes*,
/// each consumed by one of four accumulators. Source: `doc/xxhash_spec.md` of Cyan4973/xxHash,
/// "XXH64 Algorithm Description". Ranges are checked by the caller. No method allocates.
final class Xxh64 {
    static final int STRIPE_BYTES = 32;

    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;

    /// Where the four accumulators begin (step 1). The first is the wrapped sum of primes 1 and 2.
    static final long START_1 = 0x60EA27EEADC0B5D6L;

    static final long START_2 = PRIME_2;
    static final long START_3 = 0;
    static final long START_4 = -PRIME_1;

    private Xxh64() {}

    /// Consumes one lane (step 2).
    static long round(long accumulator, long lane) {
        return Long.rotateLeft(accumulator + lane * PRIME_2, 31) * PRIME_1;
    }

    /// Joins the four accumulators (step 3).
    static long converge(long acc1, long acc2, long acc3, long acc4) {
        long hash =
                Long.rotateLeft(acc1, 1)
                        + Long.rotateLeft(acc2, 7)
                        + Long.rotateLeft(acc3, 12)
                        + Long.rotateLeft(acc4, 18);
        hash = mergeAccumulator(hash, acc1);
        hash = mergeAccumulator(hash, acc2);
        hash = mergeAccumulator(hash, acc3);
        return mergeAccumulator(hash, acc4);
    }

    /// What stands for the accumulators when the input is shorter than a stripe (step 1, special
    /// case).
    static long withoutStripes() {
        return PRIME_5;
    }

    /// Adds the total length and the last, less than a stripe of, bytes, and mixes (steps 4 to 6).
    ///
    /// @param totalBytes length of the whole input, of which `tail[offset, offset + length)` is the
    ///   end
    static long finish(long hash, long totalBytes, byte[] tail, int offset, int length) {
        long mixed = hash + totalBytes;
        int at = offset;
        int end = offset + length;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            mixed ^= round(0, LittleEndian.longAt(tail, at));
            mixed = Long.rotateLeft(mixed, 27) * PRIME_1 + PRIME_4;
        }
        if (at <= end - Integer.BYTES) {
            mixed ^= Integer.toUnsignedLong(LittleEndian.intAt(tail, at)) * PRIME_1;
            mixed = Long.rotateLeft(mixed, 23) * PRIME_2 + PRIME_3;
            at += Integer.BYTES;
        }
        for (; at < end; at++) {
            mixed ^= Byte.toUnsignedLong(tail[at]) * PRIME_5;
            mixed = Long.rotateLeft(mixed, 11) * PRIME_1;
        }
        return avalanche(mixed);
    }

    private static long mergeAccumulator(long hash, long accumulator) {
        return (hash ^ round(0, accumulator)) * PRIME_1 + PRIME_4;
    }

    private static long avalanche(long hash) {
        long mixed = (hash ^ hash >>> 33) * PRIME_2;
        mixed = (mixed ^ mixed >>> 29) * PRIME_3;
        return mixed ^ mixed >>> 32;
    }
}
