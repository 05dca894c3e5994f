package dev.zspool.persist;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/// A blob's meta record, the value under {@link Keys#meta}. Numbers are big-endian:
///
/// ```
/// | version 1 | flags 1 | kind 1 | pieces 4 | sequence 8 | size 8 | stored 8 | content hash 8 |
/// | modified 8 | end 8 | length 1, content type | length 1, content encoding | CRC-32C 4 |
/// ```
///
/// Flags: 1 corrupted, 2 has a content type, 4 has a content encoding; a text that is not there has
/// no length either. The checksum is over the key and what precedes it: a record that lies under
/// another key is damaged, too.
final class MetaRecord {
    private static final byte VERSION = 1;
    private static final int CORRUPTED = 1;
    private static final int HAS_TYPE = 2;
    private static final int HAS_ENCODING = 4;
    private static final int CHECKSUM_BYTES = 4;
    private static final int FIXED_BYTES = 7 + 6 * Long.BYTES + CHECKSUM_BYTES;

    private MetaRecord() {}

    static byte[] encode(byte[] key, BlobMeta meta) {
        byte[] type = bytes(meta.contentType());
        byte[] encoding = bytes(meta.contentEncoding());
        ByteBuffer record =
                ByteBuffer.allocate(
                        FIXED_BYTES
                                + lengthOf(meta.contentType(), type)
                                + lengthOf(meta.contentEncoding(), encoding));
        int flags =
                (meta.isCorrupted() ? CORRUPTED : 0)
                        | (meta.contentType().isPresent() ? HAS_TYPE : 0)
                        | (meta.contentEncoding().isPresent() ? HAS_ENCODING : 0);
        record.put(VERSION).put((byte) flags).put((byte) meta.kind()).putInt(meta.pieces());
        record.putLong(meta.sequence()).putLong(meta.sizeBytes()).putLong(meta.storedBytes());
        record.putLong(meta.contentHash()).putLong(meta.modifiedEpochSeconds());
        record.putLong(meta.expiresEpochMillis());
        if (meta.contentType().isPresent()) {
            record.put((byte) type.length).put(type);
        }
        if (meta.contentEncoding().isPresent()) {
            record.put((byte) encoding.length).put(encoding);
        }
        record.putInt(checksum(key, record.array(), record.position()));
        return record.array();
    }

    private static byte[] bytes(Optional<String> text) {
        byte[] bytes = text.orElse("").getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0xFF) {
            throw new IllegalArgumentException("text of " + bytes.length + " bytes");
        }
        return bytes;
    }

    private static int lengthOf(Optional<String> text, byte[] bytes) {
        return text.isPresent() ? 1 + bytes.length : 0;
    }

    /// Reads a record; nothing when it is damaged.
    static Optional<BlobMeta> decode(byte[] key, byte[] value) {
        int end = value.length - CHECKSUM_BYTES;
        if (value.length < FIXED_BYTES
                || !Keys.isMeta(key)
                || ByteBuffer.wrap(value).getInt(end) != checksum(key, value, end)
                || value[0] != VERSION) {
            return Optional.empty();
        }
        try {
            return Optional.of(decodeSound(key, ByteBuffer.wrap(value, 1, end - 1)));
        } catch (BufferUnderflowException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    private static BlobMeta decodeSound(byte[] key, ByteBuffer record) {
        int flags = record.get();
        int kind = record.get();
        int pieces = record.getInt();
        long sequence = record.getLong();
        long sizeBytes = record.getLong();
        long storedBytes = record.getLong();
        long contentHash = record.getLong();
        long modified = record.getLong();
        long expires = record.getLong();
        Optional<String> type = text(record, (flags & HAS_TYPE) != 0);
        Optional<String> encoding = text(record, (flags & HAS_ENCODING) != 0);
        return new BlobMeta(
                Keys.metaHash(key),
                Keys.metaHandle(key),
                sequence,
                sizeBytes,
                storedBytes,
                contentHash,
                type,
                encoding,
                modified,
                expires,
                kind,
                pieces,
                (flags & CORRUPTED) != 0);
    }

    private static Optional<String> text(ByteBuffer record, boolean isThere) {
        if (!isThere) {
            return Optional.empty();
        }
        byte[] bytes = new byte[Byte.toUnsignedInt(record.get())];
        record.get(bytes);
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    }

    private static int checksum(byte[] key, byte[] value, int length) {
        CRC32C crc = new CRC32C();
        crc.update(key, 0, key.length);
        crc.update(value, 0, length);
        return (int) crc.getValue();
    }
}
