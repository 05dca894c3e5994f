package dev.zspool.testkit;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.PoolDefinition;
import dev.zspool.persist.PoolTotals;
import dev.zspool.persist.StoredPool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a {@link HeapJournal} has written: it outlives it, and the next one goes on from here.
///
/// Not thread-safe; its journal guards it.
public final class HeapDisk {
    private final NavigableMap<Integer, Pool> pools = new TreeMap<>();
    private int lastPoolId;
    private long lastSequence;

    /// A pool's blobs.
    static final class Pool {
        private final Map<PieceKey, byte[]> pieces = new HashMap<>();
        private final NavigableMap<BlobKey, BlobMeta> blobs = new TreeMap<>(BlobKey.ORDER);
        private PoolDefinition definition;
        private int[] residents = new int[0];

        Pool(PoolDefinition definition) {
            this.definition = definition;
        }

        PoolDefinition definition() {
            return definition;
        }

        void define(PoolDefinition changed) {
            definition = changed;
        }

        NavigableMap<BlobKey, BlobMeta> blobs() {
            return blobs;
        }

        int[] residents() {
            return residents.clone();
        }

        void setResidents(int[] tags) {
            residents = tags.clone();
        }

        byte @Nullable [] piece(long sequence, int piece) {
            return pieces.get(new PieceKey(sequence, piece));
        }

        PoolTotals totals() {
            long logicalBytes = 0;
            long storedBytes = 0;
            long expiring = 0;
            for (BlobMeta blob : blobs.values()) {
                logicalBytes += blob.sizeBytes();
                storedBytes += blob.storedBytes();
                expiring += blob.expiresEpochMillis() == BlobMeta.NEVER_EXPIRES ? 0 : 1;
            }
            return new PoolTotals(blobs.size(), logicalBytes, storedBytes, expiring);
        }

        void store(BlobMeta meta, List<byte[]> content) {
            remove(new BlobKey(meta.hash(), meta.handle()));
            blobs.put(new BlobKey(meta.hash(), meta.handle()), meta);
            for (int piece = 0; piece < content.size(); piece++) {
                pieces.put(new PieceKey(meta.sequence(), piece), content.get(piece));
            }
        }

        void remove(BlobKey key) {
            BlobMeta removed = blobs.remove(key);
            if (removed != null) {
                removePieces(removed);
            }
        }

        void removePieces(BlobMeta of) {
            pieces.keySet().removeIf(piece -> piece.sequence() == of.sequence());
        }
    }

    /// In the order of (hash unsigned, handle).
    record BlobKey(long hash, String handle) {
        static final Comparator<BlobKey> ORDER =
                Comparator.comparing(BlobKey::hash, Long::compareUnsigned)
                        .thenComparing(BlobKey::handle);
    }

    private record PieceKey(long sequence, int piece) {}

    @Nullable Pool pool(int poolId) {
        return pools.get(poolId);
    }

    List<StoredPool> definitions() {
        List<StoredPool> all = new ArrayList<>();
        pools.forEach((poolId, pool) -> all.add(new StoredPool(poolId, pool.definition())));
        return all;
    }

    StoredPool create(PoolDefinition definition) {
        int poolId = ++lastPoolId;
        pools.put(poolId, new Pool(definition));
        return new StoredPool(poolId, definition);
    }

    void remove(int poolId) {
        pools.remove(poolId);
    }

    long lastSequence() {
        return lastSequence;
    }

    void sawSequence(long sequence) {
        lastSequence = Math.max(lastSequence, sequence);
    }
}
