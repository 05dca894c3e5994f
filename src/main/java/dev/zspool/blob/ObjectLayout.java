package dev.zspool.blob;

import dev.zspool.codec.ContentHash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// What every object of a blob begins with.
///
/// ```
///  byte 0                              6 7
///      +--------------------------------+------+
///      | write sequence (56 bits)       | type |   little-endian: one 64-bit word, the type on top
///      +--------------------------------+------+
/// ```
///
/// A blob is one *root*, and for longer content *chunks* and *branches*; chunks and branches have
/// their position behind this word (4 bytes). Whoever follows a pool's handle compares word and
/// position with what it expects: an object of another blob, or of another write of the same blob,
/// that got the handle meanwhile can never be taken for the right one.
///
/// A branch has records behind that, and their length and hash, because whoever frees a blob frees
/// what its records say:
///
/// ```
///  byte 0         8          12              16            20
///      +----------+----------+---------------+-------------+-----------
///      | as above | position | length of all | lower half  | records
///      |          |          | records (4)   | of XXH64(4) |
///      +----------+----------+---------------+-------------+-----------
/// ```
final class ObjectLayout {
    static final int CHUNK_HEADER_BYTES = 12;
    static final int BRANCH_HEADER_BYTES = 20;

    /// Roots by how they hold their content; the low bits are the {@link RootKind}.
    static final int TYPE_ROOT = 0x10;

    static final int TYPE_CHUNK = 0x20;
    static final int TYPE_BRANCH = 0x30;
    static final long MAX_SEQUENCE = (1L << 56) - 1;

    private static final int TYPE_SHIFT = 56;
    private static final int POSITION = 8;
    private static final int RECORDS_LENGTH = 12;
    private static final int RECORDS_HASH = 16;
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private ObjectLayout() {}

    static long word(int type, long sequence) {
        return (long) type << TYPE_SHIFT | sequence;
    }

    static int type(long word) {
        return (int) (word >>> TYPE_SHIFT);
    }

    static long sequence(long word) {
        return word & MAX_SEQUENCE;
    }

    static void putChunkHeader(byte[] into, int type, long sequence, int position) {
        putLong(into, 0, word(type, sequence));
        putInt(into, POSITION, position);
    }

    /// Tells whether an object is the chunk or branch that was expected.
    static boolean isExpected(byte[] object, int type, long sequence, int position) {
        return longAt(object, 0) == word(type, sequence) && intAt(object, POSITION) == position;
    }

    /// Writes the header of a branch whose records are there already, behind it.
    static void putBranchHeader(byte[] into, long sequence, int branch, int recordsLength) {
        putChunkHeader(into, TYPE_BRANCH, sequence, branch);
        putInt(into, RECORDS_LENGTH, recordsLength);
        putInt(into, RECORDS_HASH, (int) hashOfRecords(into, recordsLength));
    }

    /// Where the records of a branch end, -1 when it is not the one that was expected, or damaged.
    static int branchEnd(byte[] object, int length, long sequence, int branch) {
        if (length < BRANCH_HEADER_BYTES || !isExpected(object, TYPE_BRANCH, sequence, branch)) {
            return -1;
        }
        int recordsLength = intAt(object, RECORDS_LENGTH);
        boolean isSound =
                recordsLength >= 0
                        && recordsLength <= length - BRANCH_HEADER_BYTES
                        && intAt(object, RECORDS_HASH)
                                == (int) hashOfRecords(object, recordsLength);
        return isSound ? BRANCH_HEADER_BYTES + recordsLength : -1;
    }

    private static long hashOfRecords(byte[] branch, int length) {
        return ContentHash.hash(branch, BRANCH_HEADER_BYTES, length);
    }

    static long longAt(byte[] bytes, int offset) {
        return (long) LONG.get(bytes, offset);
    }

    static void putLong(byte[] bytes, int offset, long value) {
        LONG.set(bytes, offset, value);
    }

    static int intAt(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }

    static void putInt(byte[] bytes, int offset, int value) {
        INT.set(bytes, offset, value);
    }

    static long handleAt(byte[] bytes, int offset) {
        return Integer.toUnsignedLong(intAt(bytes, offset));
    }
}
