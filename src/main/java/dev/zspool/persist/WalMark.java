package dev.zspool.persist;

import java.nio.ByteBuffer;
import java.util.Optional;

/// The mark at the beginning of every batch in the log.
///
/// @param group the batch's number
/// @param syncedGroup the last one that the disk had for certain when this one was made
record WalMark(long group, long syncedGroup) {
    private static final int MAGIC = 0x7A73_504C;
    private static final int BYTES = 4 + 2 * Long.BYTES;

    static byte[] of(long group, long syncedGroup) {
        return ByteBuffer.allocate(BYTES).putInt(MAGIC).putLong(group).putLong(syncedGroup).array();
    }

    static Optional<WalMark> read(ByteBuffer bytes) {
        return bytes.remaining() >= BYTES && bytes.getInt() == MAGIC
                ? Optional.of(new WalMark(bytes.getLong(), bytes.getLong()))
                : Optional.empty();
    }
}
