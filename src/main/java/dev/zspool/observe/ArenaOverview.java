package dev.zspool.observe;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import dev.zspool.page.FrameSurvey;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Draws the arena: what its frames are, in as many cells as somebody wants.
///
/// For much of the arena only the counts of pageblocks are asked, and the pools for what is
/// isolated; for less every frame is looked at.
@Singleton
public final class ArenaOverview {
    /// More frames than these are not looked at one by one.
    public static final int MOST_DETAILED_FRAMES = 1 << 18;

    private final PageArena arena;
    private final BlobStore store;

    ArenaOverview(PageArena arena, BlobStore store) {
        this.arena = arena;
        this.store = store;
    }

    /// How many frames there are.
    public int totalFrames() {
        return arena.totalFrames();
    }

    /// Draws a part of the arena. Takes some milliseconds: not for an event loop.
    ///
    /// @param first the first frame, which the arena has
    /// @param frames how many frames, cut at the end of the arena; empty for all up to the end of
    ///   what was ever used, a pageblock at least
    /// @param mostCells how many cells at most, 1 or more
    public ArenaMap map(int first, OptionalInt frames, int mostCells) {
        int end = end(first, frames);
        int framesPerCell = 1;
        while (cells(first, end, framesPerCell) > mostCells) {
            framesPerCell <<= 1;
        }
        int start = first & -framesPerCell;
        FrameSurvey survey = FrameSurvey.of(arena, start, end - start, framesPerCell);
        List<BlobPool> pools = store.pools();
        boolean isDetailed = end - start <= MOST_DETAILED_FRAMES;
        ArenaSight sight =
                isDetailed
                        ? ArenaSight.ofFrames(arena, pools, start, end, framesPerCell)
                        : ArenaSight.ofLeases(pools, start, end, framesPerCell);
        return draw(survey, sight, start, end - start, framesPerCell);
    }

    private int end(int first, OptionalInt frames) {
        int total = arena.totalFrames();
        if (frames.isPresent()) {
            return (int) Math.min(total, (long) first + frames.getAsInt());
        }
        int block = (first >> Frames.PAGEBLOCK_SHIFT) + 1;
        return Math.max(FrameSurvey.everUsedFrames(arena), block << Frames.PAGEBLOCK_SHIFT);
    }

    private static int cells(int first, int end, int framesPerCell) {
        return Math.ceilDiv(end - (first & -framesPerCell), framesPerCell);
    }

    private ArenaMap draw(
            FrameSurvey survey, ArenaSight sight, int start, int frames, int framesPerCell) {
        int[] isolated =
                IntStream.range(0, survey.cells())
                        // What was freed since the count is not isolated any more.
                        .map(cell -> Math.min(sight.isolated(cell), survey.owned(cell)))
                        .toArray();
        return new ArenaMap(
                arena.totalFrames(),
                start,
                frames,
                framesPerCell,
                IntStream.range(0, isolated.length)
                        .mapToObj(cell -> survey.owned(cell) - isolated[cell])
                        .toList(),
                IntStream.of(isolated).boxed().toList(),
                IntStream.range(0, isolated.length).mapToObj(survey::warm).toList(),
                IntStream.range(0, isolated.length)
                        .mapToObj(cell ->
                                survey.frames(cell) - survey.owned(cell) - survey.warm(cell))
                        .toList(),
                IntStream.range(0, isolated.length).mapToObj(sight::classOf).toList(),
                IntStream.range(0, isolated.length).mapToObj(sight::poolOf).toList(),
                sight.poolNames(),
                sight.lookedAtFrames());
    }
}
