package dev.zspool.lincheck;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.HeapPages;
import dev.zspool.zsmalloc.FreeOutcome;
import dev.zspool.zsmalloc.PoolOptions;
import dev.zspool.zsmalloc.ZsPool;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;

/// A map from a few keys to objects of a pool, as a blob store would use one: over the heap twin,
/// because the checker does not see accesses to memory segments.
///
/// It begins with two sparse zspages of a class whose slots span frames, so that a compaction has
/// an object to move.
@Param(name = "key", gen = IntGen.class, conf = "0:4")
@Param(name = "value", gen = IntGen.class, conf = "1:3")
public class PoolUnderTest {
    static final int KEYS = 5;

    /// So many of them have a value in the beginning, the first ones.
    static final int INITIAL_KEYS = 3;

    static final int ABSENT = 0;
    static final int TORN = -99;
    static final int INITIAL_VALUE = 7;

    private static final int STALE_VALUE = 9;

    /// In slots of 2720 bytes: three of them in two frames, the second one in both.
    private static final int LENGTH = 2700;

    private static final long BYTES_PER_REGION = 1 << 17;

    final ZsPool pool;

    private final AtomicLongArray handles = new AtomicLongArray(KEYS);

    public PoolUnderTest() {
        // The first zspage keeps the second of three objects, the other one the first two.
        this(new boolean[] {false, true, false, true, true, false});
    }

    /// @param kept which of the six objects of two zspages stay; the first ones of these are the
    ///   values of the first keys
    PoolUnderTest(boolean[] kept) {
        PageArena arena =
                new PageArena(
                        HeapPages.truncatedTo(BYTES_PER_REGION),
                        ArenaOptions.ofSize(Frames.PAGEBLOCK_BYTES));
        pool = new ZsPool(arena, PoolOptions.defaults());
        long[] initial = new long[kept.length];
        // What is freed leaves other bytes behind.
        Arrays.setAll(initial, i -> allocate(kept[i] ? INITIAL_VALUE : STALE_VALUE));
        int key = 0;
        for (int i = 0; i < kept.length; i++) {
            if (!kept[i]) {
                free(initial[i]);
            } else if (key < INITIAL_KEYS) {
                handles.set(key++, initial[i]);
            }
        }
    }

    final long allocate(int value) {
        byte[] content = new byte[LENGTH];
        Arrays.fill(content, (byte) value);
        long handle = pool.allocate(content, 0, LENGTH);
        if (handle <= 0) {
            throw new IllegalStateException("allocate: " + handle);
        }
        return handle;
    }

    private void free(long handle) {
        if (pool.free(handle) != FreeOutcome.FREED) {
            throw new IllegalStateException("free of " + handle);
        }
    }

    /// Stores a value under a key that has none.
    @Operation
    public boolean put(@Param(name = "key") int key, @Param(name = "value") int value) {
        if (handles.get(key) != 0) {
            return false;
        }
        long handle = allocate(value);
        if (handles.compareAndSet(key, 0, handle)) {
            return true;
        }
        free(handle);
        return false;
    }

    /// The value of a key; an object of more than one value is torn.
    @Operation
    public int get(@Param(name = "key") int key) {
        byte[] copy = new byte[ZsPool.MAX_OBJECT_BYTES];
        int length = pool.read(handles.get(key), copy, 0);
        if (length == ZsPool.NOT_LIVE) {
            return ABSENT;
        }
        return copy[0] == copy[LENGTH - 1] && copy[0] == copy[LENGTH / 2] ? copy[0] : TORN;
    }

    /// Frees the object of a key.
    @Operation
    public boolean remove(@Param(name = "key") int key) {
        long handle = handles.getAndSet(key, 0);
        if (handle == 0) {
            return false;
        }
        free(handle);
        return true;
    }

    /// Compacts; how much it frees depends on the others.
    @Operation
    public void compact() {
        if (pool.compact() < 0) {
            throw new IllegalStateException("freed less than nothing");
        }
    }

    /// Every invariant holds when all threads are done.
    @Validate
    public void check() {
        List<String> violations = pool.check();
        if (!violations.isEmpty()) {
            throw new IllegalStateException(violations.toString());
        }
    }
}
