package dev.zspool.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Objects whose bytes tell what they are, so that a wrong byte, and whose it is, can be seen.
public final class Contents {
    /// From this length on an object can be verified without knowing anything about it.
    public static final int SELF_DESCRIBING_BYTES = 12;

    private Contents() {}

    /// Bytes that follow from an id: the id and the length first where there is room, then noise.
    public static byte[] of(long id, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(id * 31 + length).nextBytes(bytes);
        if (length >= SELF_DESCRIBING_BYTES) {
            ByteBuffer.wrap(bytes).putLong(id).putInt(length);
        }
        return bytes;
    }

    /// Tells whether a copy that was made of a slot begins with an object of {@link #of}, whole and
    /// unmixed.
    public static boolean isWhole(byte[] copy, int slotBytes) {
        if (slotBytes < SELF_DESCRIBING_BYTES) {
            return false;
        }
        ByteBuffer buffer = ByteBuffer.wrap(copy);
        long id = buffer.getLong();
        int length = buffer.getInt();
        return length >= SELF_DESCRIBING_BYTES
                && length <= slotBytes
                && Arrays.equals(copy, 0, length, of(id, length), 0, length);
    }

    /// The id of a self-describing object.
    public static long idOf(byte[] copy) {
        return ByteBuffer.wrap(copy).getLong();
    }
}
