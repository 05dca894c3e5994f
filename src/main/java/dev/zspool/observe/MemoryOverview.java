package dev.zspool.observe;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolStats;
import dev.zspool.blob.BlobStore;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalStats;
import dev.zspool.pressure.PressureController;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Puts the counters of the arena and of the pools side by side.
@Singleton
public final class MemoryOverview {

    private final PageArena arena;
    private final BlobStore store;
    private final Instance<Journal> journals;
    private final PressureController pressure;
    private final ResidentMemory resident;

    MemoryOverview(
            PageArena arena,
            BlobStore store,
            Instance<Journal> journals,
            PressureController pressure) {
        this.arena = arena;
        this.store = store;
        this.journals = journals;
        this.pressure = pressure;
        this.resident = new ResidentMemory(arena);
    }

    /// The counters now. Asks the system for every mapping, so it takes milliseconds.
    public MemorySnapshot now() {
        Optional<Journal> journal = journals.stream().findFirst();
        List<MemorySnapshot.ResidentPart> parts = resident();
        long total = parts.stream().mapToLong(MemorySnapshot.ResidentPart::bytes).sum();
        return new MemorySnapshot(
                arena.stats(),
                parts.isEmpty() ? OptionalLong.empty() : OptionalLong.of(total),
                journal.map(MemoryOverview::of),
                parts,
                pressure.plan(),
                store.pools().stream().map(MemoryOverview::of).toList());
    }

    /// What of the process is in memory, by what for.
    List<MemorySnapshot.ResidentPart> resident() {
        return resident.now(journals.stream().findFirst());
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
