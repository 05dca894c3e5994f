package dev.zspool.persist;

import java.nio.ByteBuffer;

/// A long write that has begun: its pieces go if it does not end.
///
/// @param pieces how many it may have written, 0 when that is not known
record LongWriteIntent(int poolId, long sequence, int pieces) {
    private static final int POOL_AT = 1;
    private static final int SEQUENCE_AT = 5;

    byte[] key() {
        return Keys.intent(poolId, sequence);
    }

    byte[] value() {
        return PoolRecord.numbers(key(), pieces);
    }

    static LongWriteIntent of(byte[] key, byte[] value) {
        ByteBuffer bytes = ByteBuffer.wrap(key);
        int pieces = PoolRecord.numbers(key, value, 1).map(count -> (int) count[0]).orElse(0);
        return new LongWriteIntent(bytes.getInt(POOL_AT), bytes.getLong(SEQUENCE_AT), pieces);
    }
}
