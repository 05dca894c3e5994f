package dev.zspool.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;

/// A window in an array, with bytes before and after it that must stay as they are.
final class GuardedBytes {
    private static final int GUARD_BYTES = 67;

    private final byte guard;

    final byte[] array;
    final int offset = GUARD_BYTES;
    final int length;

    /// A window of `length` bytes that begins full of `dirt`, between guards of the same.
    GuardedBytes(int length, byte dirt) {
        this.guard = dirt;
        this.length = length;
        this.array = new byte[GUARD_BYTES + length + GUARD_BYTES];
        Arrays.fill(array, dirt);
    }

    static GuardedBytes of(byte[] content) {
        GuardedBytes guarded = new GuardedBytes(content.length, (byte) 0x5A);
        System.arraycopy(content, 0, guarded.array, guarded.offset, content.length);
        return guarded;
    }

    byte[] content() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    void assertGuardsUntouched() {
        for (int i = 0; i < GUARD_BYTES; i++) {
            assertEquals(guard, array[i], "guard byte before, " + (offset - i) + " away");
            int after = offset + length + i;
            assertEquals(guard, array[after], "guard byte after, number " + i);
        }
    }
}
