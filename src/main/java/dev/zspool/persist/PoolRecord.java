package dev.zspool.persist;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The small records of the default space; each ends with a CRC-32C of its key and of what precedes
/// it. Numbers are big-endian:
///
/// ```
/// definition | version 1 | chain size 4 | limit 8 | max blob 8 | default TTL 8 | durability 1 |
///            | full 1 | configured 1 | hash seed 8 | name, UTF-8 | CRC-32C 4 |
/// totals     | blobs 8 | logical bytes 8 | stored bytes 8 | expiring blobs 8 | CRC-32C 4 |
/// numbers    | one or two of 8 bytes | CRC-32C 4 |
/// ```
final class PoolRecord {
    private static final byte VERSION = 1;
    private static final int CHECKSUM_BYTES = 4;
    private static final int DEFINITION_BYTES = 40;

    private PoolRecord() {}

    static byte[] definition(byte[] key, PoolDefinition pool) {
        byte[] name = pool.name().getBytes(StandardCharsets.UTF_8);
        ByteBuffer record = ByteBuffer.allocate(DEFINITION_BYTES + name.length + CHECKSUM_BYTES);
        record.put(VERSION).putInt(pool.chainSize()).putLong(pool.limitBytes());
        record.putLong(pool.maxBlobBytes()).putLong(pool.defaultTtlMillis());
        record.put((byte) pool.durability()).put((byte) pool.full());
        record.put((byte) (pool.isConfigured() ? 1 : 0)).putLong(pool.hashSeed()).put(name);
        return sealed(key, record);
    }

    static Optional<PoolDefinition> definition(byte[] key, byte[] value) {
        return opened(key, value)
                .filter(record -> record.remaining() >= DEFINITION_BYTES)
                .filter(record -> record.get() == VERSION)
                .map(PoolRecord::definition);
    }

    private static PoolDefinition definition(ByteBuffer record) {
        int chainSize = record.getInt();
        long limitBytes = record.getLong();
        long maxBlobBytes = record.getLong();
        long defaultTtlMillis = record.getLong();
        int durability = record.get();
        int full = record.get();
        boolean isConfigured = record.get() != 0;
        long hashSeed = record.getLong();
        byte[] name = new byte[record.remaining()];
        record.get(name);
        return new PoolDefinition(
                new String(name, StandardCharsets.UTF_8),
                chainSize,
                limitBytes,
                maxBlobBytes,
                defaultTtlMillis,
                durability,
                full,
                hashSeed,
                isConfigured);
    }

    static byte[] totals(byte[] key, PoolTotals totals) {
        return numbers(
                key,
                totals.blobs(),
                totals.logicalBytes(),
                totals.storedBytes(),
                totals.expiringBlobs());
    }

    static Optional<PoolTotals> totals(byte[] key, byte[] value) {
        return numbers(key, value, 4).map(of -> new PoolTotals(of[0], of[1], of[2], of[3]));
    }

    static byte[] numbers(byte[] key, long... numbers) {
        ByteBuffer record = ByteBuffer.allocate(numbers.length * Long.BYTES + CHECKSUM_BYTES);
        for (long number : numbers) {
            record.putLong(number);
        }
        return sealed(key, record);
    }

    static Optional<long[]> numbers(byte[] key, byte[] value, int count) {
        Optional<ByteBuffer> record = opened(key, value);
        if (record.isEmpty()) {
            return Optional.empty();
        }
        try {
            long[] numbers = new long[count];
            Arrays.setAll(numbers, i -> record.get().getLong());
            return Optional.of(numbers);
        } catch (BufferUnderflowException shorter) {
            return Optional.empty();
        }
    }

    private static byte[] sealed(byte[] key, ByteBuffer record) {
        byte[] bytes = new byte[record.position() + CHECKSUM_BYTES];
        record.flip().get(bytes, 0, record.limit());
        ByteBuffer.wrap(bytes)
                .putInt(bytes.length - CHECKSUM_BYTES, checksum(key, bytes, record.limit()));
        return bytes;
    }

    private static Optional<ByteBuffer> opened(byte[] key, byte[] value) {
        int end = value.length - CHECKSUM_BYTES;
        return end < 0 || ByteBuffer.wrap(value).getInt(end) != checksum(key, value, end)
                ? Optional.empty()
                : Optional.of(ByteBuffer.wrap(value, 0, end));
    }

    private static int checksum(byte[] key, byte[] value, int length) {
        CRC32C crc = new CRC32C();
        crc.update(key, 0, key.length);
        crc.update(value, 0, length);
        return (int) crc.getValue();
    }
}
