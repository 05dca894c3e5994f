package dev.zspool.persist;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Whose a blob's pieces are: the beginning of its piece 0.
///
/// ```
/// | hash 8 | length 1 | handle 1..128 | the piece's bytes |
/// ```
///
/// The other pieces are the bytes alone.
record PieceOwner(long hash, String handle) {
    private static final int FIXED_BYTES = Long.BYTES + 1;
    private static final int MOST_CHARACTERS = 128;

    /// The most bytes of a piece's value.
    static final int MOST_VALUE_BYTES = FIXED_BYTES + MOST_CHARACTERS + Journal.MAX_PIECE_BYTES;

    static void put(BlobMeta meta, ByteBuffer into) {
        byte[] name = meta.handle().getBytes(StandardCharsets.US_ASCII);
        into.putLong(meta.hash()).put((byte) name.length).put(name);
    }

    /// How many bytes precede the content in a value of piece 0; negative when it is damaged.
    static int headBytes(byte[] value, int length) {
        if (length < FIXED_BYTES) {
            return -1;
        }
        int characters = Byte.toUnsignedInt(value[Long.BYTES]);
        int head = FIXED_BYTES + characters;
        return characters < 1
                        || characters > MOST_CHARACTERS
                        || head > length
                        || length - head > Journal.MAX_PIECE_BYTES
                ? -1
                : head;
    }

    static Optional<PieceOwner> of(byte[] value, int length) {
        int head = headBytes(value, length);
        return head < 0
                ? Optional.empty()
                : Optional.of(
                        new PieceOwner(
                                ByteBuffer.wrap(value).getLong(),
                                new String(
                                        value,
                                        FIXED_BYTES,
                                        head - FIXED_BYTES,
                                        StandardCharsets.US_ASCII)));
    }
}
