package dev.zspool.lincheck;

import dev.zspool.page.MoveOutcome;
import dev.zspool.zsmalloc.PoolPages;
import dev.zspool.zsmalloc.ZsPool;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/// The same map while pages of its pool are isolated, migrated and put back.
///
/// Which page an object of the map lies on is not the specification's matter. So the pages that are
/// moved are those of two objects that are never freed: one that shares its zspage with objects of
/// the map, one of which runs into its page from the page before, and one of a page of its own.
/// Each of these pages can always be isolated and, isolated, always be migrated: what is answered
/// depends only on what was done to it before. Operations on one of them exclude each other, as
/// those of one operator do.
@Param(name = "place", gen = IntGen.class, conf = "0:1")
public final class MigratingPoolUnderTest extends PoolUnderTest {
    static final int PLACES = 2;

    private static final int NOT_HELD = -1;

    private final PoolPages pages = pool.pages();
    private final long[] anchors = new long[PLACES];
    private final ReentrantLock[] locks = {new ReentrantLock(), new ReentrantLock()};

    /// The frames that are isolated, by place.
    private final int[] held = new int[PLACES];

    public MigratingPoolUnderTest() {
        super(new boolean[] {false, true, false, true, true, false});
        // In the third slot of the second zspage: the fullest one with room.
        anchors[0] = allocate(INITIAL_VALUE);
        byte[] content = new byte[ZsPool.MAX_OBJECT_BYTES];
        anchors[1] = pool.allocate(content, 0, content.length);
        Arrays.fill(held, NOT_HELD);
    }

    /// Isolates the page of a place, unless it is isolated.
    @Operation
    public boolean isolate(@Param(name = "place") int place) {
        locks[place].lock();
        try {
            if (held[place] != NOT_HELD) {
                return false;
            }
            while (held[place] == NOT_HELD) {
                int frame = frameOf(place);
                if (pages.isolate(frame) == MoveOutcome.ISOLATED) {
                    if (frame == frameOf(place)) {
                        held[place] = frame;
                    } else {
                        // The object has moved to another page since.
                        expect(MoveOutcome.PUT_BACK, pages.putBack(frame));
                    }
                }
            }
            return true;
        } finally {
            locks[place].unlock();
        }
    }

    /// Migrates the page of a place, if it is isolated.
    @Operation
    public boolean migrate(@Param(name = "place") int place) {
        locks[place].lock();
        try {
            if (held[place] == NOT_HELD) {
                return false;
            }
            int target = pages.acquireTarget();
            expect(MoveOutcome.MIGRATED, pages.migrate(held[place], target));
            held[place] = NOT_HELD;
            return true;
        } finally {
            locks[place].unlock();
        }
    }

    /// Puts the page of a place back, if it is isolated.
    @Operation
    public boolean putBack(@Param(name = "place") int place) {
        locks[place].lock();
        try {
            if (held[place] == NOT_HELD) {
                return false;
            }
            expect(MoveOutcome.PUT_BACK, pages.putBack(held[place]));
            held[place] = NOT_HELD;
            return true;
        } finally {
            locks[place].unlock();
        }
    }

    private int frameOf(int place) {
        return pool.locate(anchors[place]).orElseThrow().frame();
    }

    private static void expect(MoveOutcome expected, MoveOutcome outcome) {
        if (outcome != expected) {
            throw new IllegalStateException(outcome + " instead of " + expected);
        }
    }
}
