package dev.zspool.persist;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The keys, all of them big-endian, so that bytes sort as numbers without sign:
///
/// ```
/// meta    | pool 4 | hash 8 | handle 1..128 |
/// piece   | pool 4 | sequence 8 | number 4 |
/// expiry  | pool 4 | end in milliseconds 8 | sequence 8 | hash 8 | handle 1..128 |
/// default | 'D' | pool 4 |                  a pool's definition
///         | 'T' | pool 4 |                  a pool's totals
///         | 'I' | pool 4 | sequence 8 |     a long write that has begun
///         | 'L' |                           the last group and the greatest sequence
///         | 'N' |                           the greatest pool id
/// ```
final class Keys {
    static final byte DEFINITION = 'D';
    static final byte TOTALS = 'T';
    static final byte INTENT = 'I';
    static final byte[] LAST = {'L'};
    static final byte[] LAST_POOL_ID = {'N'};

    static final int POOL_BYTES = 4;
    static final int PIECE_BYTES = 16;
    private static final int META_HANDLE_AT = 12;
    private static final int EXPIRY_HASH_AT = 20;
    private static final int EXPIRY_HANDLE_AT = 28;

    private Keys() {}

    static byte[] meta(int poolId, long hash, String handle) {
        byte[] name = handle.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(META_HANDLE_AT + name.length)
                .putInt(poolId)
                .putLong(hash)
                .put(name)
                .array();
    }

    static byte[] piece(int poolId, long sequence, int piece) {
        return ByteBuffer.allocate(PIECE_BYTES)
                .putInt(poolId)
                .putLong(sequence)
                .putInt(piece)
                .array();
    }

    static byte[] expiry(int poolId, BlobMeta meta) {
        byte[] name = meta.handle().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(EXPIRY_HANDLE_AT + name.length)
                .putInt(poolId)
                .putLong(meta.expiresEpochMillis())
                .putLong(meta.sequence())
                .putLong(meta.hash())
                .put(name)
                .array();
    }

    /// The beginning of all keys of a pool, beside those of the default space.
    static byte[] pool(int poolId) {
        return ByteBuffer.allocate(POOL_BYTES).putInt(poolId).array();
    }

    static byte[] ofPool(byte kind, int poolId) {
        return ByteBuffer.allocate(1 + POOL_BYTES).put(kind).putInt(poolId).array();
    }

    static byte[] intent(int poolId, long sequence) {
        return ByteBuffer.allocate(1 + POOL_BYTES + Long.BYTES)
                .put(INTENT)
                .putInt(poolId)
                .putLong(sequence)
                .array();
    }

    static boolean isOfPool(byte[] key, int poolId) {
        return key.length > POOL_BYTES && poolOf(key) == poolId;
    }

    static int poolOf(byte[] key) {
        return ByteBuffer.wrap(key).getInt();
    }

    static boolean isMeta(byte[] key) {
        return key.length > META_HANDLE_AT;
    }

    static boolean isExpiry(byte[] key) {
        return key.length > EXPIRY_HANDLE_AT;
    }

    static long metaHash(byte[] key) {
        return ByteBuffer.wrap(key).getLong(POOL_BYTES);
    }

    static String metaHandle(byte[] key) {
        return handle(key, META_HANDLE_AT);
    }

    static long pieceSequence(byte[] key) {
        return ByteBuffer.wrap(key).getLong(POOL_BYTES);
    }

    static int pieceNumber(byte[] key) {
        return ByteBuffer.wrap(key).getInt(POOL_BYTES + Long.BYTES);
    }

    static long expiryMillis(byte[] key) {
        return ByteBuffer.wrap(key).getLong(POOL_BYTES);
    }

    static long expirySequence(byte[] key) {
        return ByteBuffer.wrap(key).getLong(POOL_BYTES + Long.BYTES);
    }

    static long expiryHash(byte[] key) {
        return ByteBuffer.wrap(key).getLong(EXPIRY_HASH_AT);
    }

    static String expiryHandle(byte[] key) {
        return handle(key, EXPIRY_HANDLE_AT);
    }

    private static String handle(byte[] key, int at) {
        return new String(key, at, key.length - at, StandardCharsets.US_ASCII);
    }
}
