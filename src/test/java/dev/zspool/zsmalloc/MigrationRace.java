package dev.zspool.zsmalloc;

import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.zsmalloc.RacePool.Content;
import dev.zspool.zsmalloc.RacePool.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A zspage whose pages are migrated while something else happens: what the memory-model tests of
/// migration drive.
///
/// The zspage has four slots in three pages. The object of the race, {@link Content#OLD}, begins on
/// the first page and ends on the second; the others are {@link Content#FILLER}.
public final class MigrationRace {
    /// The page on which the object begins.
    public static final int FIRST_PAGE = 0;

    /// The page on which it ends.
    public static final int SECOND_PAGE = 1;

    private static final Shape SHAPE = Shape.SPANNING;

    /// The slot of the object.
    private static final int OBJECT = 1;

    private final RacePool racePool;
    private final PoolPages pages;
    private final long handle;
    private final int live;
    private final int[] chain;
    private final int[] targets;

    /// @param live how many objects the zspage has, the one of the race included: 1, 2 or 4
    public MigrationRace(RacePool racePool, int live) {
        this.racePool = racePool;
        this.pages = racePool.pool().pages();
        this.live = live;
        long[] handles = new long[SHAPE.slots()];
        for (int slot = 0; slot < handles.length; slot++) {
            handles[slot] = racePool.store(SHAPE, slot == OBJECT ? Content.OLD : Content.FILLER);
        }
        handle = handles[OBJECT];
        int frame = ObjectLocation.frame(racePool.pool().parts().handles().loadAcquire(handle));
        chain =
                pages.describe(frame).orElseThrow().chain().stream()
                        .mapToInt(Integer::intValue)
                        .toArray();
        for (int slot = handles.length - 1, left = handles.length; left > live; slot--) {
            if (slot != OBJECT) {
                racePool.free(handles[slot]);
                left--;
            }
        }
        targets = new int[] {pages.acquireTarget(), pages.acquireTarget()};
    }

    RacePool racePool() {
        return racePool;
    }

    long handle() {
        return handle;
    }

    int frame(int position) {
        return chain[position];
    }

    /// A frame to migrate a page to; whoever takes it either migrates a page to it or releases it.
    int takeTarget(int position) {
        int target = targets[position];
        targets[position] = -1;
        return target;
    }

    /// Isolates a page that nobody else isolates.
    public void isolate(int position) {
        if (pages.isolate(chain[position]) != MoveOutcome.ISOLATED) {
            throw new IllegalStateException("not isolated");
        }
    }

    /// Migrates an isolated page.
    ///
    /// @return the outcome's name
    public String migrate(int position) {
        int target = takeTarget(position);
        MoveOutcome outcome = pages.migrate(chain[position], target);
        if (outcome != MoveOutcome.MIGRATED) {
            pages.releaseTarget(target);
        }
        return outcome.name();
    }

    /// Isolates and migrates a page, and has the next owner of the old frame write to it.
    public String migrateAndReuse(int position) {
        isolate(position);
        String outcome = migrate(position);
        // The frame is free now, and this thread is the only one that might take it.
        spoil(chain[position]);
        return outcome;
    }

    /// Writes to a frame what no object of the race has there.
    void spoil(int frame) {
        MemorySegment.copy(
                Content.OTHER.bytes(),
                0,
                racePool.arena().memory(),
                ValueLayout.JAVA_BYTE,
                Frames.address(frame),
                Frames.FRAME_BYTES);
    }

    public String putBack(int position) {
        return pages.putBack(chain[position]).name();
    }

    public String free() {
        return racePool.free(handle);
    }

    /// Reads the object as anyone does, until it is something else, or long enough.
    public String read() {
        return racePool.readWhile(Content.OLD.name(), handle, SHAPE);
    }

    /// Reads the object once.
    public String readOnce() {
        return racePool.read(handle, SHAPE);
    }

    /// Stores another object and reads it.
    public String storeNew() {
        return racePool.read(racePool.store(SHAPE, Content.NEW), SHAPE);
    }

    /// Looks everything over; nobody uses the pool meanwhile.
    ///
    /// @param added how many objects came, or, negative, went
    public String verdict(int added) {
        releaseTargets();
        return racePool.verdict(SHAPE, live + added);
    }

    private void releaseTargets() {
        for (int position = 0; position < targets.length; position++) {
            if (targets[position] >= 0) {
                pages.releaseTarget(takeTarget(position));
            }
        }
    }

    /// Ends a race that cannot have broken anything.
    public void end() {
        releaseTargets();
        racePool.recycle();
    }

    /// Ends a race that may have.
    public void end(String verdict) {
        racePool.recycleOrDiscard(verdict);
    }
}
