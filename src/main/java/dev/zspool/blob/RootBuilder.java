package dev.zspool.blob;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes a root into an array, front to back, in the order of {@link RootView}'s ruler.
///
/// Not thread-safe.
final class RootBuilder {
    private final AttributeTable attributes;
    private final byte[] into;
    private int at;

    /// @param into room for an object of the largest size and some more, so that a root that became
    ///   too long is found out at the end
    RootBuilder(AttributeTable attributes, byte[] into) {
        this.attributes = attributes;
        this.into = into;
    }

    /// Writes everything up to the part by kind.
    void begin(RootKind kind, byte[] handle, BlobInfo info) {
        ObjectLayout.putLong(into, 0, ObjectLayout.word(kind.type(), info.sequence()));
        ObjectLayout.putInt(into, RootView.MODIFIED, (int) info.modifiedEpochSeconds());
        ObjectLayout.putLong(into, RootView.CONTENT_HASH, info.contentHash());
        String type = info.attributes().contentType();
        String encoding = info.attributes().contentEncoding();
        boolean hasEnd = info.expiresEpochMillis() != BlobInfo.NEVER_EXPIRES;
        into[RootView.FLAGS] =
                (byte)
                        ((type == null ? 0 : RootView.FLAG_TYPE)
                                | (encoding == null ? 0 : RootView.FLAG_ENCODING)
                                | (hasEnd ? RootView.FLAG_EXPIRES : 0));
        into[RootView.HANDLE_LENGTH] = (byte) handle.length;
        at = RootView.FIXED_BYTES;
        putBytes(handle, 0, handle.length);
        putVarint(info.sizeBytes());
        putVarint(info.storedBytes());
        putAttribute(type);
        putAttribute(encoding);
        if (hasEnd) {
            putWord(info.expiresEpochMillis());
        }
    }

    private void putAttribute(@Nullable String value) {
        if (value == null) {
            return;
        }
        int id = attributes.idOf(value);
        putVarint(id);
        if (id == AttributeTable.NO_ID) {
            byte[] text = value.getBytes(StandardCharsets.UTF_8);
            into[at++] = (byte) text.length;
            putBytes(text, 0, text.length);
        }
    }

    private void putVarint(long value) {
        long rest = value;
        while (rest > 0x7F) {
            into[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[at++] = (byte) rest;
    }

    void putByte(int value) {
        into[at++] = (byte) value;
    }

    void putWord(long value) {
        ObjectLayout.putLong(into, at, value);
        at += Long.BYTES;
    }

    void putHandle(long handle) {
        ObjectLayout.putInt(into, at, (int) handle);
        at += Integer.BYTES;
    }

    void putBytes(byte[] source, int offset, int length) {
        System.arraycopy(source, offset, into, at, length);
        at += length;
    }

    /// How long the root is so far.
    int length() {
        return at;
    }

    /// Ends the header here and seals it with its hash. Inline content may follow.
    void sealHeader() {
        into[RootView.HEADER_LENGTH] = (byte) at;
        into[RootView.HEADER_LENGTH + 1] = (byte) (at >>> 8);
        ObjectLayout.putInt(into, RootView.HEADER_HASH, RootView.headerHash(into, at));
    }
}
