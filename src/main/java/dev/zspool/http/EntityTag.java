package dev.zspool.http;

import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobInfo;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// The strong entity tag of a blob: a hash of its content, type and encoding, and the number of its
/// write, in hex.
///
/// The number alone tells the versions of a pool apart, where a hash can collide; the hash tells
/// those of two pools apart that use the same number.
final class EntityTag {

    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private static final int HASH_DIGITS = Long.SIZE / 4;

    /// Two odd numbers without a pattern, so that type and encoding are not interchangeable.
    private static final long TYPE_FACTOR = 0x9E3779B97F4A7C15L;

    private static final long ENCODING_FACTOR = 0xC2B2AE3D27D4EB4FL;

    private EntityTag() {}

    static String of(BlobInfo info) {
        long hash = info.contentHash() ^ hashOf(info.attributes());
        long sequence = info.sequence();
        int sequenceDigits = Math.max(1, HASH_DIGITS - Long.numberOfLeadingZeros(sequence) / 4);
        byte[] tag = new byte[HASH_DIGITS + sequenceDigits + 3];
        tag[0] = '"';
        putHex(hash, tag, 1, HASH_DIGITS);
        tag[HASH_DIGITS + 1] = '-';
        putHex(sequence, tag, HASH_DIGITS + 2, sequenceDigits);
        tag[tag.length - 1] = '"';
        return new String(tag, StandardCharsets.ISO_8859_1);
    }

    /// Zero for a blob with neither.
    private static long hashOf(BlobAttributes attributes) {
        return Objects.hashCode(attributes.contentType()) * TYPE_FACTOR
                ^ Objects.hashCode(attributes.contentEncoding()) * ENCODING_FACTOR;
    }

    private static void putHex(long value, byte[] destination, int offset, int digits) {
        long rest = value;
        for (int at = offset + digits - 1; at >= offset; at--) {
            destination[at] = DIGITS[(int) rest & 0xF];
            rest >>>= 4;
        }
    }
}
