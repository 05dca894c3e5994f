package dev.zspool.blob;

import dev.zspool.codec.ContentHash;
import java.nio.charset.StandardCharsets;

/// A checked handle as the index wants it: its characters and their hash.
///
/// The hash is XXH64 of a secret stripe and the characters behind it, so that nobody without the
/// secret can choose handles that collide.
final class BlobName {
    /// The longest handle in characters.
    static final int MAX_LENGTH = 128;

    private static final int STRIPE_BYTES = 32;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final String handle;
    private final byte[] characters;
    private final long hash;

    /// @throws IllegalArgumentException when it is not 1 to 128 characters of `[A-Za-z0-9._~-]`
    BlobName(String handle, long hashSeed) {
        int length = handle.length();
        boolean valid = length >= 1 && length <= MAX_LENGTH;
        for (int i = 0; valid && i < length; i++) {
            valid = isAllowed(handle.charAt(i));
        }
        if (!valid) {
            throw new IllegalArgumentException("not a handle: " + handle);
        }
        this.handle = handle;
        this.characters = handle.getBytes(StandardCharsets.US_ASCII);
        this.hash = hash(hashSeed, characters);
    }

    String handle() {
        return handle;
    }

    byte[] characters() {
        return characters;
    }

    long hash() {
        return hash;
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '~'
                || c == '-';
    }

    private static long hash(long seed, byte[] characters) {
        byte[] keyed = new byte[STRIPE_BYTES + characters.length];
        for (int i = 0; i < STRIPE_BYTES; i += Long.BYTES) {
            ObjectLayout.putLong(keyed, i, seed + i * GOLDEN);
        }
        System.arraycopy(characters, 0, keyed, STRIPE_BYTES, characters.length);
        return ContentHash.hash(keyed, 0, keyed.length);
    }
}
