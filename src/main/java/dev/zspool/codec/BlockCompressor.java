package dev.zspool.codec;

import java.util.Objects;

/// Compresses and restores independent blocks of at most 64 KiB.
///
/// Safe for any thread, without state: every array belongs to the caller, and the ones of one call
/// must not overlap. With the native library no call allocates, except for the exception inside a
/// refused [#decode]; the Java fallback allocates a hash table of 16 KiB for each [#encode].
///
/// An encoded block is one `int`, to be taken apart with [#codec] and [#storedLength]:
///
/// ```
///   31      24 23                      0
///  |  codec id |  stored length in bytes  |
/// ```
///
/// Only [BlockCodec#LZ4] leaves its bytes in the scratch array. What is stored for `RAW` and
/// `FILLED` is the beginning of the source itself, so nothing is copied for them.
///
/// **When LZ4 pays.** The pool keeps objects in size classes 16 bytes apart
/// ([#WORTHWHILE_SAVING_BYTES]). A saving below one step mostly ends in the same class, and reading
/// would still have to decode: such a block is stored raw, which is read by one copy. One step is
/// the least that can help, not a promise: where classes are merged, a caller that sees both
/// lengths end in the same class may store the block as `RAW` instead.
public final class BlockCompressor {
    /// The longest block, in bytes.
    public static final int MAX_BLOCK_BYTES = 65_536;

    /// Size of the scratch array for any block, in bytes: `LZ4_compressBound` of the longest.
    public static final int SCRATCH_BYTES = MAX_BLOCK_BYTES + MAX_BLOCK_BYTES / 255 + 16;

    /// What LZ4 must save at least, in bytes: one step between size classes.
    static final int WORTHWHILE_SAVING_BYTES = 16;

    private static final int LENGTH_BITS = 24;
    private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;

    /// Has the id 255, which is never given to a codec.
    private static final int REFUSED = -1;

    private final Lz4 lz4;

    BlockCompressor(Lz4 lz4) {
        this.lz4 = lz4;
    }

    /// Returns a compressor on the native library, or on pure Java where that cannot be loaded;
    /// which one it is say [#implementation] and [#fallbackReason]. The first call unpacks and
    /// loads the library, which takes milliseconds.
    public static BlockCompressor create() {
        return new BlockCompressor(Lz4.nativeOrSafe());
    }

    /// Encodes `source[offset, offset + length)`.
    ///
    /// @param length 0 to [#MAX_BLOCK_BYTES]
    /// @param scratch at least [#SCRATCH_BYTES] long; holds the stored bytes from index 0 when the
    ///   codec is `LZ4`, else its content is of no use
    /// @return codec and stored length, for [#codec] and [#storedLength]; the stored length is
    ///   never above `length`
    /// @throws IndexOutOfBoundsException if the range does not lie in the source
    /// @throws IllegalArgumentException if the block is too long or the scratch array too short
    public int encode(byte[] source, int offset, int length, byte[] scratch) {
        Objects.checkFromIndexSize(offset, length, source.length);
        if (length > MAX_BLOCK_BYTES || scratch.length < SCRATCH_BYTES) {
            throw new IllegalArgumentException(
                    "block of " + length + " bytes with scratch of " + scratch.length);
        }
        if (SameFilled.isFilled(source, offset, length)) {
            return encoded(BlockCodec.FILLED, Math.min(length, Long.BYTES));
        }
        int compressed = lz4.compress(source, offset, length, scratch);
        return compressed <= length - WORTHWHILE_SAVING_BYTES
                ? encoded(BlockCodec.LZ4, compressed)
                : encoded(BlockCodec.RAW, length);
    }

    /// Restores a block into `destination[offset, offset + length)`.
    ///
    /// Any argument may come from damaged stored bytes: nothing is thrown, and nothing is read or
    /// written outside the two ranges. What comes out depends on the stored bytes alone, never on
    /// what was in the destination before. A `true` says that the block is well-formed and has this
    /// length; that it is the one once stored, only its hash can say.
    ///
    /// @param encoded codec and stored length, as [#encode] or [#encoded] returned them
    /// @return true when exactly `length` bytes came out; else false, and the destination is
    ///   unchanged (no such codec, a range that does not fit its array, a length that cannot be) or
    ///   zeros
    public boolean decode(
            int encoded,
            byte[] stored,
            int storedOffset,
            byte[] destination,
            int offset,
            int length) {
        int storedLength = storedLength(encoded);
        if (!BlockCodec.isKnown(encoded >>> LENGTH_BITS)
                || length > MAX_BLOCK_BYTES
                || !holds(stored, storedOffset, storedLength)
                || !holds(destination, offset, length)) {
            return false;
        }
        return switch (codec(encoded)) {
            case RAW -> {
                boolean fits = storedLength == length;
                if (fits) {
                    System.arraycopy(stored, storedOffset, destination, offset, length);
                }
                yield fits;
            }
            case FILLED -> {
                boolean fits = storedLength == Math.min(length, Long.BYTES);
                if (fits) {
                    long word = SameFilled.word(stored, storedOffset, storedLength);
                    SameFilled.fill(word, destination, offset, length);
                }
                yield fits;
            }
            case LZ4 ->
                    lz4.restore(stored, storedOffset, storedLength, destination, offset, length);
        };
    }

    /// Packs a codec and a stored length that were kept apart, for [#decode].
    ///
    /// @param storedLength in bytes; one that no block can have gives a value that [#decode]
    ///   refuses
    public static int encoded(BlockCodec codec, int storedLength) {
        return storedLength >= 0 && storedLength <= MAX_BLOCK_BYTES
                ? codec.id() << LENGTH_BITS | storedLength
                : REFUSED;
    }

    /// Returns the codec of an encoded block.
    ///
    /// @throws IllegalArgumentException if there is no such codec
    public static BlockCodec codec(int encoded) {
        return BlockCodec.of(encoded >>> LENGTH_BITS);
    }

    /// Returns the stored length of an encoded block, in bytes.
    public static int storedLength(int encoded) {
        return encoded & LENGTH_MASK;
    }

    /// Returns the word of a [BlockCodec#FILLED] block, from its content or from its stored bytes:
    /// the first eight bytes in little-endian order, zeros for the ones that are not there.
    ///
    /// @throws IndexOutOfBoundsException if the range does not lie in the array
    public static long fillWord(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        return SameFilled.word(bytes, offset, length);
    }

    /// Restores a [BlockCodec#FILLED] block from its word alone.
    ///
    /// @throws IndexOutOfBoundsException if the range does not lie in the array
    public static void fill(long word, byte[] destination, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, destination.length);
        SameFilled.fill(word, destination, offset, length);
    }

    /// Returns what does the work, `JNI` or `JavaSafe`, for logs and metrics.
    public String implementation() {
        return lz4.implementation();
    }

    /// Returns why the native library is not used, for the log; empty when it is.
    public String fallbackReason() {
        return lz4.fallbackReason();
    }

    private static boolean holds(byte[] bytes, int offset, int length) {
        return offset >= 0 && length >= 0 && length <= bytes.length - offset;
    }
}
