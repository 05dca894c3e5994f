package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// While the disk keeps the definition of a pool, nobody else waits for it.
class DefinitionLockTest {
    @RegisterExtension final DurableStore durable = new DurableStore();

    /// What upkeep and requests do with the store, on another thread.
    private int visit() {
        BlobStore store = durable.store();
        return CompletableFuture.supplyAsync(
                        () -> {
                            assertTrue(store.pool(DurableStore.POOL).isPresent());
                            return store.pools().size() + 100 * store.closeLeaving();
                        })
                .join();
    }

    @Test
    @DisplayName("pools are found, listed and taken apart while one is made, changed or removed")
    void slowDisk() {
        BlobStore store = durable.store();
        BlobPoolOptions other =
                new BlobPoolOptions(
                        "other",
                        8,
                        DurableStore.MIB,
                        DurableStore.MIB,
                        BlobInfo.NEVER_EXPIRES,
                        Durability.SYNC,
                        FullPolicy.REJECT);
        List<Integer> seen = new ArrayList<>();
        durable.faults().beforePoolChanges(() -> seen.add(visit()));
        assertEquals(BlobStore.PutOutcome.CREATED, store.put(other));
        assertEquals(BlobStore.PutOutcome.CHANGED, store.put(other));
        assertEquals(BlobStore.RemoveOutcome.REMOVED, store.remove("other", true));
        durable.faults().beforePoolChanges(() -> {});
        assertEquals(List.of(1, 2, 2), seen);
    }
}
