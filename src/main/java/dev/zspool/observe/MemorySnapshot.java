package dev.zspool.observe;

import dev.zspool.page.ArenaStats;
import dev.zspool.pressure.MemoryPlan;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Where the memory was at about one moment: the counters of the arena, and those of the pools.
///
/// @param arena the arena's counters
/// @param residentBytes of the process; empty where the system does not say
/// @param journal what the journal takes outside arena and heap; empty when there is none
/// @param resident what of the process is in memory, by what for; adds up to its resident size
/// @param plan what of the memory is meant to be for what
/// @param pools one entry a pool, by name
public record MemorySnapshot(
        ArenaStats arena,
        OptionalLong residentBytes,
        Optional<JournalMemory> journal,
        List<ResidentPart> resident,
        MemoryPlan plan,
        List<PoolMemory> pools) {
    public MemorySnapshot {
        resident = List.copyOf(resident);
        pools = List.copyOf(pools);
    }

    /// Something that is in memory.
    ///
    /// @param name what for
    /// @param bytes how much of it
    public record ResidentPart(String name, long bytes) {}

    /// Memory of the journal outside the heap.
    ///
    /// @param nativeBytes what it takes now
    /// @param budgetBytes what it is set up to take
    public record JournalMemory(long nativeBytes, long budgetBytes) {}

    /// What a pool has.
    ///
    /// @param name the pool's name
    /// @param poolPages pages of its zspages, by its own count
    /// @param arenaPages the same by the arena's count
    /// @param indexPages pages of its index, by its own count
    /// @param handlePages pages of its handle table
    /// @param isolatedPages pages that are isolated
    public record PoolMemory(
            String name,
            long poolPages,
            long arenaPages,
            long indexPages,
            long handlePages,
            long isolatedPages) {}

    /// Frames that are owned by the arena's count and that no pool counts: on their way between the
    /// two. While others work it may be below 0, as the counters are of slightly different moments;
    /// else it is 0.
    public long uncountedPages() {
        long counted = 0;
        for (PoolMemory pool : pools) {
            counted += pool.poolPages() + pool.indexPages();
        }
        return arena.ownedFrames() - counted;
    }
}
