package dev.zspool.persist;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// The pools, their totals, and the counters of sequences and groups: in memory the truth, read
/// from the files when they are opened.
///
/// Changed by the committer only; read by everybody.
final class JournalPools {
    private volatile Map<Integer, PoolDefinition> definitions = new ConcurrentHashMap<>();
    private volatile Map<Integer, PoolTotals> totals = new ConcurrentHashMap<>();
    private volatile long lastSequence;
    private volatile long lastGroup;
    private volatile int lastPoolId;

    /// Forgets everything and reads it from the files.
    ///
    /// @return the long writes that were begun and not ended
    List<LongWriteIntent> load(RocksFiles files) throws RocksDBException {
        Map<Integer, PoolDefinition> loaded = new ConcurrentHashMap<>();
        Map<Integer, PoolTotals> loadedTotals = new ConcurrentHashMap<>();
        List<LongWriteIntent> intents = new ArrayList<>();
        long[] last = {0, 0};
        int lastId = 0;
        try (RocksIterator records = files.db().newIterator(files.defaults(), files.walk())) {
            for (records.seekToFirst(); records.isValid(); records.next()) {
                byte[] key = records.key();
                byte[] value = records.value();
                switch (key[0]) {
                    case Keys.DEFINITION ->
                            loaded.put(
                                    poolId(key),
                                    PoolRecord.definition(key, value)
                                            .orElseThrow(() -> damaged("definition of a pool")));
                    case Keys.TOTALS ->
                            loadedTotals.put(
                                    poolId(key),
                                    PoolRecord.totals(key, value)
                                            .orElseThrow(() -> damaged("totals of a pool")));
                    case Keys.INTENT -> intents.add(LongWriteIntent.of(key, value));
                    case 'L' ->
                            last =
                                    PoolRecord.numbers(key, value, 2)
                                            .orElseThrow(() -> damaged("greatest sequence"));
                    default ->
                            lastId =
                                    PoolRecord.numbers(key, value, 1)
                                            .map(numbers -> (int) numbers[0])
                                            .orElseThrow(() -> damaged("greatest pool id"));
                }
            }
            records.status();
        }
        definitions = loaded;
        totals = loadedTotals;
        lastGroup = last[0];
        lastPoolId = lastId;
        // What a long write left must not be taken for a later blob's.
        lastSequence =
                Math.max(
                        last[1],
                        intents.stream().mapToLong(LongWriteIntent::sequence).max().orElse(0));
        return intents;
    }

    private static int poolId(byte[] key) {
        return java.nio.ByteBuffer.wrap(key).getInt(1);
    }

    private static JournalException damaged(String what) {
        return new JournalException(
                JournalException.Reason.FAILED,
                "The journal's record of the "
                        + what
                        + " is damaged, so that blobs could be taken for another pool's."
                        + " Run `./zspool verify` on the data directory and restore a snapshot.");
    }

    List<StoredPool> list() {
        return definitions.entrySet().stream()
                .map(entry -> new StoredPool(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingInt(StoredPool::poolId))
                .toList();
    }

    boolean has(int poolId) {
        return definitions.containsKey(poolId);
    }

    PoolTotals totals(int poolId) {
        return totals.getOrDefault(poolId, PoolTotals.NONE);
    }

    long lastSequence() {
        return lastSequence;
    }

    /// The number of the last group that was written.
    long lastGroup() {
        return lastGroup;
    }

    int lastPoolId() {
        return lastPoolId;
    }

    void define(int poolId, PoolDefinition definition) {
        definitions.put(poolId, definition);
        lastPoolId = Math.max(lastPoolId, poolId);
    }

    void redefine(int poolId, PoolDefinition definition) {
        definitions.computeIfPresent(poolId, (id, before) -> definition);
    }

    void remove(int poolId) {
        definitions.remove(poolId);
        totals.remove(poolId);
    }

    /// Takes over what a group has written.
    void wrote(long group, long sequence, Map<Integer, PoolTotals> changed) {
        lastGroup = group;
        lastSequence = Math.max(lastSequence, sequence);
        totals.putAll(changed);
    }
}
