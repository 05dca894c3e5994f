package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.PoolAssert;
import dev.zspool.testkit.Racers;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// Everything at once on one pool: two writers, two readers, a compactor and one who gives memory
/// back.
///
/// Each writer owns the even or the odd places of a table of handles. A reader takes a handle from
/// any place: its object may be freed and the handle reused meanwhile, but what a read returns must
/// be one whole object.
final class PoolChaos {
    private static final int PLACES = 3000;
    private static final int WRITERS = 2;

    private final ZsPool pool;
    private final PageArena arena;
    private final AtomicLongArray handles = new AtomicLongArray(PLACES);
    private final AtomicInteger writersLeft = new AtomicInteger(WRITERS);
    private final AtomicLong nextId = new AtomicLong(1);
    private final AtomicLong wholeReads = new AtomicLong();

    PoolChaos(ZsPool pool, PageArena arena) {
        this.pool = pool;
        this.arena = arena;
    }

    void run(OpSequence sequence, int operations) throws InterruptedException {
        Racers racers = new Racers();
        for (int writer = 0; writer < WRITERS; writer++) {
            int parity = writer;
            SplittableRandom random = sequence.split();
            racers.add(() -> {
                try {
                    write(random, parity, operations);
                } finally {
                    writersLeft.decrementAndGet();
                }
            });
        }
        for (int reader = 0; reader < 2; reader++) {
            SplittableRandom random = sequence.split();
            racers.add(() -> read(random));
        }
        racers.add(() -> {
            while (writersLeft.get() > 0) {
                assertTrue(pool.compact() >= 0);
                arena.giveBack(100);
                pool.giveBackHandlePages();
            }
        });
        racers.run();
        assertTrue(wholeReads.get() > 0);
        finish();
    }

    private void write(SplittableRandom random, int parity, int operations) {
        long[] ids = new long[PLACES];
        int[] lengths = new int[PLACES];
        byte[] copy = new byte[ZsPool.MAX_OBJECT_BYTES];
        for (int i = 0; i < operations; i++) {
            int place = random.nextInt(PLACES / WRITERS) * WRITERS + parity;
            long handle = handles.get(place);
            if (handle != 0) {
                // Nobody else frees it: it must be there, and be right.
                int read = pool.read(handle, copy, 0);
                assertTrue(read >= lengths[place], () -> "handle " + handle + ": " + read);
                assertTrue(Contents.isWhole(copy, read), () -> "handle " + handle);
                assertEquals(ids[place], Contents.idOf(copy));
                handles.set(place, 0);
                assertEquals(FreeOutcome.FREED, pool.free(handle));
            } else {
                int most = random.nextInt(10) == 0 ? 4096 : 300;
                lengths[place] = random.nextInt(Contents.SELF_DESCRIBING_BYTES, most + 1);
                ids[place] = nextId.getAndIncrement();
                byte[] content = Contents.of(ids[place], lengths[place]);
                long fresh = pool.allocate(content, 0, content.length);
                assertTrue(fresh > 0, () -> "allocate: " + fresh);
                handles.set(place, fresh);
            }
        }
    }

    private void read(SplittableRandom random) {
        byte[] copy = new byte[ZsPool.MAX_OBJECT_BYTES];
        while (writersLeft.get() > 0) {
            long handle = handles.get(random.nextInt(PLACES));
            int length = pool.read(handle, copy, 0);
            if (length != ZsPool.NOT_LIVE) {
                assertTrue(Contents.isWhole(copy, length), () -> "handle " + handle);
                wholeReads.incrementAndGet();
            }
        }
    }

    private void finish() {
        PoolAssert.assertThat(pool).isSound();
        assertTrue(pool.compact() >= 0);
        PoolAssert.assertThat(pool).isSound().isFullyCompacted();
        for (int place = 0; place < PLACES; place++) {
            if (handles.get(place) != 0) {
                assertEquals(FreeOutcome.FREED, pool.free(handles.get(place)));
            }
        }
        PoolAssert.assertThat(pool).isSound().hasPages(0).hasLiveObjects(0);
    }
}
