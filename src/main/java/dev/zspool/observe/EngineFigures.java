package dev.zspool.observe;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolStats;
import dev.zspool.blob.BlobStore;
import dev.zspool.os.ProcessMemory;
import dev.zspool.page.ArenaStats;
import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.page.PageArena;
import dev.zspool.pressure.PressureController;
import dev.zspool.pressure.PressureLevel;
import dev.zspool.pressure.PressureView;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The figures of the service, from the counters that its parts keep anyway.
///
/// What a pool has counted must not be lost with it, so the sums over all pools are kept here and
/// grow by what each pool has counted since the sample before.
final class EngineFigures implements FigureSource {
    private final PageArena arena;
    private final BlobStore store;
    private final PressureController pressure;
    private final RequestCounts requests;

    /// What pools that there are had counted at the last sample.
    private final Map<BlobPool, Map<Figure, Long>> seen = new HashMap<>();

    /// What pools have counted since the start, those included that are gone.
    private final Map<Figure, Long> totals = new EnumMap<>(Figure.class);

    EngineFigures(
            PageArena arena, BlobStore store, PressureController pressure, RequestCounts requests) {
        this.arena = arena;
        this.store = store;
        this.pressure = pressure;
        this.requests = requests;
    }

    @Override
    public PressureLevel read(long[] into) {
        readPools(into);
        readArena(into);
        set(into, Figure.RSS_BYTES, ProcessMemory.residentBytes().orElse(Figure.UNKNOWN));
        set(into, Figure.READS, requests.reads());
        set(into, Figure.WRITES, requests.writes());
        set(into, Figure.DELETES, requests.deletes());
        set(into, Figure.REFUSED, requests.refused());
        set(into, Figure.FAILED, requests.failed());
        return readPressure(into);
    }

    private PressureLevel readPressure(long[] into) {
        PressureView now = pressure.view();
        // Two files tell it, at two moments.
        set(into, Figure.WORKING_SET_BYTES, Math.max(0, now.workingSetBytes()));
        set(into, Figure.HEADROOM_BYTES, known(now.marks().headroomBytes()));
        set(into, Figure.MIN_BYTES, now.marks().minBytes());
        set(into, Figure.LOW_BYTES, now.marks().lowBytes());
        set(into, Figure.HIGH_BYTES, now.marks().highBytes());
        set(into, Figure.STALL_PERMILLE, now.stallPermille());
        set(into, Figure.FRAME_BUDGET_BYTES, now.budget().frameBudgetBytes());
        return now.level();
    }

    private static long known(long bytes) {
        return bytes == PressureView.UNLIMITED ? Figure.UNKNOWN : bytes;
    }

    private void readArena(long[] into) {
        ArenaStats now = arena.stats();
        set(into, Figure.OWNED_BYTES, now.ownedFrames() << Frames.FRAME_SHIFT);
        set(into, Figure.WARM_BYTES, now.warmFrames() << Frames.FRAME_SHIFT);
        set(into, Figure.RELEASED_BYTES, now.givenBackFrames() << Frames.FRAME_SHIFT);
    }

    private void readPools(long[] into) {
        long blobs = 0;
        long logicalBytes = 0;
        long storedBytes = 0;
        long poolBytes = 0;
        List<BlobPool> pools = store.pools();
        for (BlobPool pool : pools) {
            BlobPoolStats now = pool.stats();
            blobs += now.blobs();
            logicalBytes += now.logicalBytes();
            storedBytes += now.storedBytes();
            poolBytes += now.poolBytes();
            Map<Figure, Long> before = seen.computeIfAbsent(pool, _ -> new EnumMap<>(Figure.class));
            grow(before, Figure.COMPACTED_PAGES, now.freedByCompactionPages());
            grow(before, Figure.MIGRATED_PAGES, pool.pages().count(MoveOutcome.MIGRATED));
            grow(before, Figure.EVICTED_BLOBS, now.evictedBlobs() + now.evictedToJournal());
            grow(before, Figure.JOURNAL_READS, now.journalReads());
        }
        seen.keySet().retainAll(Set.copyOf(pools));
        set(into, Figure.BLOBS, blobs);
        set(into, Figure.LOGICAL_BYTES, logicalBytes);
        set(into, Figure.STORED_BYTES, storedBytes);
        set(into, Figure.POOL_BYTES, poolBytes);
        for (Figure figure :
                List.of(
                        Figure.COMPACTED_PAGES,
                        Figure.MIGRATED_PAGES,
                        Figure.EVICTED_BLOBS,
                        Figure.JOURNAL_READS)) {
            set(into, figure, totals.getOrDefault(figure, 0L));
        }
    }

    /// A pool that is about to go, and stays after all, counts nothing meanwhile.
    private void grow(Map<Figure, Long> before, Figure figure, long count) {
        long known = before.getOrDefault(figure, 0L);
        if (count > known) {
            before.put(figure, count);
            totals.merge(figure, count - known, Long::sum);
        }
    }

    private static void set(long[] into, Figure figure, long value) {
        into[figure.place()] = value;
    }
}
