package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.zspool.observe.MemorySnapshot;
import dev.zspool.page.ArenaStats;
import dev.zspool.page.Frames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the memory is, by the arena's counters and by those of whoever has its frames.
///
/// @param frames the arena's frames
/// @param pageblocks the arena's pageblocks
/// @param tablePages pages of tables in use
/// @param rssBytes resident bytes of the process; absent where the system does not say
/// @param resident what of the process is in memory, by what for; adds up to `rssBytes`
/// @param plan what of the memory is meant to be for what
/// @param journal the journal's memory outside the heap; absent when there is no journal
/// @param pools one entry a pool, by name
/// @param inTransitPages owned frames that no pool counts; below 0 when pools count more
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MemoryStatistics(
        FrameCounts frames,
        PageblockCounts pageblocks,
        long tablePages,
        @Nullable Long rssBytes,
        List<Part> resident,
        Plan plan,
        @Nullable JournalMemory journal,
        List<PoolPages> pools,
        long inTransitPages) {

    /// Frames of 4 KiB.
    ///
    /// @param total in the address range
    /// @param owned held by a pool or an index
    /// @param warm free and still backed by memory
    /// @param cold free and not backed
    /// @param inTransit free and on their way back to the system
    /// @param limit the most owned frames and table pages together
    public record FrameCounts(
            long total, long owned, long warm, long cold, long inTransit, long limit) {}

    /// Pageblocks of 2 MiB.
    ///
    /// @param total in the address range
    /// @param backed with at least one frame that is owned, warm or in transit
    /// @param spare that defragmentation would make free
    public record PageblockCounts(long total, long backed, long spare) {}

    /// What the journal has outside the heap; it is part of the process's resident bytes.
    ///
    /// @param nativeBytes what it takes now
    /// @param budgetBytes what it is set up to take: `zspool.journal.memory`
    public record JournalMemory(long nativeBytes, long budgetBytes) {}

    /// Something that takes memory.
    ///
    /// @param part what for
    /// @param bytes how much
    public record Part(String part, long bytes) {}

    /// How memory is shared out; what others really take is seen all the time, and blobs may take
    /// less then (`/v1/memory/pressure`).
    ///
    /// @param basisBytes the container's limit, or half of the machine's memory
    /// @param isContainerLimit which of them
    /// @param parts what is taken off
    /// @param blobBytes what is left for blobs, their index and their tables
    public record Plan(
            long basisBytes,
            @JsonProperty("containerLimit") boolean isContainerLimit,
            List<Part> parts,
            long blobBytes) {}

    /// What a pool has.
    ///
    /// @param pool its name
    /// @param poolPages pages of its zspages, by its own count
    /// @param arenaPages the same by the arena's count
    /// @param indexPages pages of its index
    /// @param handlePages pages of its handle table
    /// @param isolatedPages pages that are isolated
    public record PoolPages(
            String pool,
            long poolPages,
            long arenaPages,
            long indexPages,
            long handlePages,
            long isolatedPages) {}

    static MemoryStatistics of(MemorySnapshot now) {
        ArenaStats arena = now.arena();
        long cold =
                arena.totalFrames()
                        - arena.ownedFrames()
                        - arena.warmFrames()
                        - arena.inTransitFrames();
        return new MemoryStatistics(
                new FrameCounts(
                        arena.totalFrames(),
                        arena.ownedFrames(),
                        arena.warmFrames(),
                        cold,
                        arena.inTransitFrames(),
                        arena.limitPages()),
                new PageblockCounts(
                        arena.totalFrames() >> Frames.PAGEBLOCK_SHIFT,
                        arena.backedPageblocks(),
                        arena.sparePageblocks()),
                arena.tablePages(),
                now.residentBytes().isPresent() ? now.residentBytes().getAsLong() : null,
                now.resident().stream().map(part -> new Part(part.name(), part.bytes())).toList(),
                new Plan(
                        now.plan().basisBytes(),
                        now.plan().isLimited(),
                        now.plan().parts().stream()
                                .map(part -> new Part(part.name(), part.bytes()))
                                .toList(),
                        now.plan().arenaBytes()),
                now.journal()
                        .map(journal ->
                                new JournalMemory(journal.nativeBytes(), journal.budgetBytes()))
                        .orElse(null),
                now.pools().stream()
                        .map(pool ->
                                new PoolPages(
                                        pool.name(),
                                        pool.poolPages(),
                                        pool.arenaPages(),
                                        pool.indexPages(),
                                        pool.handlePages(),
                                        pool.isolatedPages()))
                        .toList(),
                now.uncountedPages());
    }
}
