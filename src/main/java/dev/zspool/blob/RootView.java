package dev.zspool.blob;

import dev.zspool.codec.BlockCodec;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.codec.ContentHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A root, read from the bytes of its object.
///
/// ```
///  byte 0          8            12             14         18            26      27             28
///      +-----------+------------+--------------+----------+-------------+-------+--------------+---
///      | sequence, | headerHash | headerLength | modified | contentHash | flags | handleLength | ...
///      | type (8)  | (4)        | (2)          | (4)      | (8)         | (1)   | (1)          |
///      +-----------+------------+--------------+----------+-------------+-------+--------------+---
///      handle | size (varint) | stored (varint) | [type] | [encoding] | [expires] | by kind:
///         INLINE    the codec's id (1); behind the header the stored bytes
///         FILLED    the word (8)
///         DIRECT    the records of all blocks
///         BRANCHED  the handles of the branches (4 each)
/// ```
///
/// *headerHash* is the lower half of XXH64 over everything from byte 12 to *headerLength*, mixed
/// with the first word; *headerLength* ends behind the part by kind, inline content excluded: that
/// has *contentHash*. An attribute is the number of its value in the pool's table (varint), or 0
/// and the value itself (length, bytes). *expires* is in milliseconds (8), and there only if the
/// blob has an end. Numbers are little-endian.
///
/// Mutable and reused; not thread-safe.
final class RootView {
    static final int FIXED_BYTES = 28;
    static final int FLAG_TYPE = 1;
    static final int FLAG_ENCODING = 2;
    static final int FLAG_EXPIRES = 4;

    static final int HEADER_HASH = 8;
    static final int HEADER_LENGTH = 12;
    static final int MODIFIED = 14;
    static final int CONTENT_HASH = 18;
    static final int FLAGS = 26;
    static final int HANDLE_LENGTH = 27;

    private final AttributeTable attributes;
    private byte[] bytes = new byte[0];
    private int at;
    private long sizeBytes;
    private long storedBytes;
    private @Nullable String contentType;
    private @Nullable String contentEncoding;
    private long expiresEpochMillis;
    private int kindOffset;

    RootView(AttributeTable attributes) {
        this.attributes = attributes;
    }

    /// Tells whether an object is a root with an undamaged header.
    ///
    /// @param object its bytes
    /// @param length how many the pool copied out
    static boolean isSound(byte[] object, int length) {
        if (length < FIXED_BYTES
                || !RootKind.isRoot(ObjectLayout.type(ObjectLayout.longAt(object, 0)))) {
            return false;
        }
        int headerLength = headerLength(object);
        return headerLength >= FIXED_BYTES
                && headerLength <= length
                && headerHash(object, headerLength) == ObjectLayout.intAt(object, HEADER_HASH);
    }

    static int headerHash(byte[] object, int headerLength) {
        long hash = ContentHash.hash(object, HEADER_LENGTH, headerLength - HEADER_LENGTH);
        long mixed = hash ^ ObjectLayout.longAt(object, 0) * 0x9E3779B97F4A7C15L;
        return (int) (mixed ^ mixed >>> Integer.SIZE);
    }

    static int headerLength(byte[] object) {
        return (object[HEADER_LENGTH] & 0xFF) | (object[HEADER_LENGTH + 1] & 0xFF) << 8;
    }

    /// Tells whether a sound root is that of a handle.
    static boolean isNamed(byte[] object, byte[] handle, int handleLength) {
        return (object[HANDLE_LENGTH] & 0xFF) == handleLength
                && Arrays.equals(
                        object, FIXED_BYTES, FIXED_BYTES + handleLength, handle, 0, handleLength);
    }

    /// The handle of a sound root's blob.
    static String handle(byte[] object) {
        int length = object[HANDLE_LENGTH] & 0xFF;
        return new String(object, FIXED_BYTES, length, StandardCharsets.US_ASCII);
    }

    /// Tells whether the blob of a sound root has an end.
    static boolean hasEnd(byte[] object) {
        return (object[FLAGS] & FLAG_EXPIRES) != 0;
    }

    /// Takes the fields of a sound root. The bytes are not copied.
    void parse(byte[] object) {
        bytes = object;
        at = FIXED_BYTES + (object[HANDLE_LENGTH] & 0xFF);
        sizeBytes = readVarint();
        storedBytes = readVarint();
        int flags = object[FLAGS];
        contentType = (flags & FLAG_TYPE) != 0 ? readAttribute() : null;
        contentEncoding = (flags & FLAG_ENCODING) != 0 ? readAttribute() : null;
        expiresEpochMillis = BlobInfo.NEVER_EXPIRES;
        if ((flags & FLAG_EXPIRES) != 0) {
            expiresEpochMillis = ObjectLayout.longAt(bytes, at);
            at += Long.BYTES;
        }
        kindOffset = at;
    }

    private long readVarint() {
        long value = 0;
        int shift = 0;
        while (true) {
            byte part = bytes[at++];
            value |= (part & 0x7FL) << shift;
            if (part >= 0) {
                return value;
            }
            shift += 7;
        }
    }

    private @Nullable String readAttribute() {
        int id = (int) readVarint();
        if (id != AttributeTable.NO_ID) {
            return attributes.valueOf(id);
        }
        int length = bytes[at++] & 0xFF;
        String value = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return value;
    }

    byte[] bytes() {
        return bytes;
    }

    RootKind kind() {
        return RootKind.ofType(ObjectLayout.type(ObjectLayout.longAt(bytes, 0)));
    }

    long sequence() {
        return ObjectLayout.sequence(ObjectLayout.longAt(bytes, 0));
    }

    long sizeBytes() {
        return sizeBytes;
    }

    long storedBytes() {
        return storedBytes;
    }

    /// The end of the blob's life, {@link BlobInfo#NEVER_EXPIRES} when it has none.
    long expiresEpochMillis() {
        return expiresEpochMillis;
    }

    long contentHash() {
        return ObjectLayout.longAt(bytes, CONTENT_HASH);
    }

    /// Where the part by kind begins.
    int kindOffset() {
        return kindOffset;
    }

    /// Where the header ends, and with it the part by kind.
    int headerEnd() {
        return headerLength(bytes);
    }

    /// How inline content is encoded, as the compressor packs it.
    int inlineEncoded() {
        int codecId = bytes[kindOffset] & 0xFF;
        return BlockCodec.isKnown(codecId)
                ? BlockCompressor.encoded(BlockCodec.of(codecId), (int) storedBytes)
                : -1;
    }

    BlobInfo info() {
        return new BlobInfo(
                handle(bytes),
                sizeBytes,
                storedBytes,
                sequence(),
                contentHash(),
                new BlobAttributes(contentType, contentEncoding),
                Integer.toUnsignedLong(ObjectLayout.intAt(bytes, MODIFIED)),
                expiresEpochMillis);
    }
}
