package dev.zspool.observe;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolStats;
import dev.zspool.blob.BlobStore;
import dev.zspool.os.ProcessMemory;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalStats;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;

/// Puts the counters of the arena and of the pools side by side.
@Singleton
public final class MemoryOverview {

    private final PageArena arena;
    private final BlobStore store;
    private final Instance<Journal> journals;

    MemoryOverview(PageArena arena, BlobStore store, Instance<Journal> journals) {
        this.arena = arena;
        this.store = store;
        this.journals = journals;
    }

    /// The counters now. Asks the system, so it takes tens of microseconds.
    public MemorySnapshot now() {
        return new MemorySnapshot(
                arena.stats(),
                ProcessMemory.residentBytes(),
                journals.stream().findFirst().map(MemoryOverview::of),
                store.pools().stream().map(MemoryOverview::of).toList());
    }

    private static MemorySnapshot.JournalMemory of(Journal journal) {
        JournalStats stats = journal.stats();
        return new MemorySnapshot.JournalMemory(stats.nativeBytes(), stats.nativeBudgetBytes());
    }

    private static MemorySnapshot.PoolMemory of(BlobPool pool) {
        BlobPoolStats stats = pool.stats();
        return new MemorySnapshot.PoolMemory(
                pool.name(),
                stats.poolBytes() >> Frames.FRAME_SHIFT,
                pool.pages().ownedFrames(),
                stats.indexPages(),
                stats.handlePages(),
                pool.pages().isolatedPages());
    }
}
