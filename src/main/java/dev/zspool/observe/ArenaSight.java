package dev.zspool.observe;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.PageDesk;
import dev.zspool.page.FrameSurvey;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.PageGlance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What pools say of the frames of some cells: which pages are isolated, and whose pages and of
/// which size class they are.
final class ArenaSight {
    /// Frames whose owners are asked for at once; others wait meanwhile.
    private static final int SLICE_FRAMES = 16 * Frames.PAGEBLOCK_FRAMES;

    private static final int CLASSES = 256;

    private final List<BlobPool> pools;
    private final int start;
    private final int end;
    private final int cellShift;
    private final int[] isolated;
    private final int[] classes;
    private final int[] mostPools;
    private final int[] ofClass = new int[CLASSES];
    private final int[] ofPool;
    private final List<String> poolNames = new ArrayList<>();
    private int lookedAtFrames;

    private ArenaSight(List<BlobPool> pools, int start, int end, int framesPerCell) {
        this.pools = pools;
        this.start = start;
        this.end = end;
        this.cellShift = Integer.numberOfTrailingZeros(framesPerCell);
        int cells = Math.ceilDiv(end - start, framesPerCell);
        this.isolated = new int[cells];
        this.classes = new int[cells];
        this.mostPools = new int[cells];
        this.ofPool = new int[pools.size()];
        Arrays.fill(classes, ArenaMap.NONE);
        Arrays.fill(mostPools, ArenaMap.NONE);
    }

    /// Asks the pools only which pages people hold.
    static ArenaSight ofLeases(List<BlobPool> pools, int start, int end, int framesPerCell) {
        ArenaSight sight = new ArenaSight(pools, start, end, framesPerCell);
        for (BlobPool pool : pools) {
            for (int frame : PageDesk.of(pool).leasedFrames()) {
                if (frame >= start && frame < end) {
                    sight.isolated[sight.cellOf(frame)]++;
                }
            }
        }
        return sight;
    }

    /// Looks at every frame.
    static ArenaSight ofFrames(
            PageArena arena, List<BlobPool> pools, int start, int end, int framesPerCell) {
        ArenaSight sight = new ArenaSight(pools, start, end, framesPerCell);
        int[] placeOfOwner = sight.placesByOwner();
        int[] owners = new int[SLICE_FRAMES];
        int[] pages = new int[SLICE_FRAMES];
        for (int first = start; first < end; first += SLICE_FRAMES) {
            int count = Math.min(SLICE_FRAMES, end - first);
            FrameSurvey.owners(arena, first, count, owners);
            sight.look(first, count, placeOfOwner, owners, pages);
        }
        sight.lookedAtFrames = end - start;
        sight.namePools();
        return sight;
    }

    /// A pool's place in the list by the number of its owner, {@link ArenaMap#NONE} for others.
    private int[] placesByOwner() {
        int most = 0;
        for (BlobPool pool : pools) {
            most = Math.max(most, pool.pages().ownerId());
        }
        int[] places = new int[most + 1];
        Arrays.fill(places, ArenaMap.NONE);
        for (int place = 0; place < pools.size(); place++) {
            places[pools.get(place).pages().ownerId()] = place;
        }
        return places;
    }

    /// Asks each pool for the neighbouring frames that it has at once.
    private void look(int first, int count, int[] placeOfOwner, int[] owners, int[] pages) {
        int at = 0;
        while (at < count) {
            int end = at + 1;
            while (end < count && owners[end] == owners[at]) {
                end++;
            }
            int place = owners[at] < placeOfOwner.length ? placeOfOwner[owners[at]] : ArenaMap.NONE;
            if (place != ArenaMap.NONE) {
                PageDesk.of(pools.get(place)).glance(first + at, end - at, pages);
            }
            for (int frame = at; frame < end; frame++) {
                int page = place == ArenaMap.NONE ? PageGlance.NO_PAGE : pages[frame - at];
                add(first + frame, page, place);
            }
            at = end;
        }
    }

    private void add(int frame, int page, int pool) {
        int cell = cellOf(frame);
        if (page != PageGlance.NO_PAGE) {
            isolated[cell] += PageGlance.isIsolated(page) ? 1 : 0;
            ofClass[PageGlance.classIndex(page)]++;
            ofPool[pool]++;
        }
        if (frame + 1 == end || cellOf(frame + 1) > cell) {
            classes[cell] = most(ofClass);
            mostPools[cell] = most(ofPool);
            Arrays.fill(ofClass, 0);
            Arrays.fill(ofPool, 0);
        }
    }

    private int cellOf(int frame) {
        return (frame - start) >> cellShift;
    }

    private static int most(int[] counts) {
        int most = ArenaMap.NONE;
        int count = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > count) {
                count = counts[i];
                most = i;
            }
        }
        return most;
    }

    /// Names the pools that are there, and no others: there may be many.
    private void namePools() {
        int[] placeOfName = new int[pools.size()];
        Arrays.fill(placeOfName, ArenaMap.NONE);
        for (int cell = 0; cell < mostPools.length; cell++) {
            int pool = mostPools[cell];
            if (pool != ArenaMap.NONE) {
                if (placeOfName[pool] == ArenaMap.NONE) {
                    placeOfName[pool] = poolNames.size();
                    poolNames.add(pools.get(pool).name());
                }
                mostPools[cell] = placeOfName[pool];
            }
        }
    }

    /// Pages of a cell that are isolated.
    int isolated(int cell) {
        return isolated[cell];
    }

    /// The size class that most pages of a cell have.
    int classOf(int cell) {
        return classes[cell];
    }

    /// The pool that most pages of a cell have, by its place among the names.
    int poolOf(int cell) {
        return mostPools[cell];
    }

    List<String> poolNames() {
        return poolNames;
    }

    int lookedAtFrames() {
        return lookedAtFrames;
    }
}
