package dev.zspool.crash;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/// What is under a handle after a write: nothing, or a blob whose bytes follow from the handle and
/// the number of the write, so that the bytes of two writes cannot be taken for each other's.
///
/// @param version the number of the write, 0 before the first
/// @param generation which one of the pools that had this name the write was for
/// @param size of the content, {@link #ABSENT} for no blob
/// @param endsFromMillis the earliest end of its life, by the clock of the machine
/// @param endsByMillis the latest one
record BlobState(long version, int generation, int size, long endsFromMillis, long endsByMillis) {
    static final int ABSENT = -1;

    /// More than any clock says.
    static final long NEVER = Long.MAX_VALUE;

    private static final int LONG_BYTES = 8;
    private static final int TYPES = 8;

    static BlobState absent(long version, int generation) {
        return new BlobState(version, generation, ABSENT, NEVER, NEVER);
    }

    boolean isPresent() {
        return size != ABSENT;
    }

    boolean isMortal() {
        return endsByMillis != NEVER;
    }

    /// Whether there may be no blob at a moment.
    boolean mayBeGone(long nowMillis) {
        return !isPresent() || nowMillis >= endsFromMillis;
    }

    /// Few of them, since the service numbers them.
    String contentType() {
        return "application/x-crash-" + version % TYPES;
    }

    /// Half of it is noise, the rest repeats.
    byte[] content(String key) {
        SplittableRandom random =
                new SplittableRandom(key.hashCode() * 0x9E3779B97F4A7C15L + version * 31 + size);
        byte[] content = new byte[size];
        long fill = random.nextLong();
        for (int at = 0; at < size; at += LONG_BYTES) {
            long word = (at & 64) == 0 ? random.nextLong() : fill;
            for (int i = at; i < Math.min(size, at + LONG_BYTES); i++) {
                content[i] = (byte) word;
                word >>>= Byte.SIZE;
            }
        }
        return content;
    }

    boolean hasContent(String key, byte[] body) {
        return body.length == size && Arrays.equals(body, content(key));
    }

    @Override
    public String toString() {
        return isPresent()
                ? String.format(
                        Locale.ROOT,
                        "write %d of %d bytes%s",
                        version,
                        size,
                        isMortal() ? " until " + endsFromMillis : "")
                : "nothing since write " + version;
    }
}
