package dev.zspool.crash;

import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.DeleteOutcome;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.WriteRequest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What pools answered to all writes: what must be in them. Not thread-safe.
final class FlipBlobs {
    /// A blob as it was answered.
    static final class Kept {
        private final BlobInfo info;
        private final byte[] content;

        Kept(BlobInfo info, byte[] content) {
            this.info = info;
            this.content = content;
        }

        BlobInfo info() {
            return info;
        }

        /// Whether its content has these bytes from there on.
        boolean hasContent(int from, byte[] bytes, int length) {
            return Arrays.equals(content, from, from + length, bytes, 0, length);
        }
    }

    private final Map<String, BlobPoolOptions> pools = new LinkedHashMap<>();

    /// By pool and handle.
    private final Map<String, Map<String, Kept>> blobs = new LinkedHashMap<>();

    /// Handles whose last write was refused by the disk: nobody may tell what is there.
    private final Set<String> unsure = new HashSet<>();

    FlipBlobs() {}

    /// The same again, to go on with.
    FlipBlobs(FlipBlobs other) {
        pools.putAll(other.pools);
        other.blobs.forEach((pool, kept) -> blobs.put(pool, new LinkedHashMap<>(kept)));
        unsure.addAll(other.unsure);
    }

    Map<String, BlobPoolOptions> pools() {
        return pools;
    }

    /// The blobs of a pool by their handles.
    Map<String, Kept> of(String pool) {
        return blobs.getOrDefault(pool, Map.of());
    }

    boolean isUnsure(String pool, String handle) {
        return unsure.contains(pool + "/" + handle);
    }

    void define(FlipStore store, BlobPoolOptions options) {
        store.store().put(options);
        pools.put(options.name(), options);
    }

    void destroy(FlipStore store, String pool) {
        store.store().remove(pool, true);
        pools.remove(pool);
        blobs.remove(pool);
    }

    /// A pool that was made by no answer, or that forgets.
    void forget(BlobPool pool) {
        blobs.remove(pool.name());
    }

    void put(FlipStore store, String pool, WriteRequest request, byte[] content) {
        String handle = request.handle();
        if (store.put(pool, request, content) instanceof PutResult.Stored(BlobInfo info, var _)) {
            blobs.computeIfAbsent(pool, name -> new LinkedHashMap<>())
                    .put(handle, new Kept(info, content));
            unsure.remove(pool + "/" + handle);
        } else {
            unsure.add(pool + "/" + handle);
        }
    }

    DeleteOutcome delete(FlipStore store, String pool, String handle) {
        DeleteOutcome outcome = store.delete(pool, handle);
        if (outcome == DeleteOutcome.DISK_FAILED) {
            unsure.add(pool + "/" + handle);
        } else {
            blobs.getOrDefault(pool, new LinkedHashMap<>()).remove(handle);
            unsure.remove(pool + "/" + handle);
        }
        return outcome;
    }
}
