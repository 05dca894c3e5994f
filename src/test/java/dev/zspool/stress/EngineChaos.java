package dev.zspool.stress;

import dev.zspool.os.NativeMemory;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.ArenaStats;
import dev.zspool.page.MappedPages;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.zsmalloc.ClassStats;
import dev.zspool.zsmalloc.FreeOutcome;
import dev.zspool.zsmalloc.LiveCheckResult;
import dev.zspool.zsmalloc.PoolOptions;
import dev.zspool.zsmalloc.PoolStats;
import dev.zspool.zsmalloc.ZsPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// One pool on real memory under allocations, reads, frees, compactions, migrations,
/// defragmentation, give-backs and checks at once.
///
/// The model is one word a *place*: which life of the place this is, and the handle of its object.
/// Content and length follow from place and life, so that every byte can be verified and the model
/// stays small. Who stores or frees makes the place *busy* first; so a reader that finds the word
/// unchanged afterwards knows that the object was live all the time, and must have read exactly it.
/// Otherwise it may have come too late, and then must have read nothing, or some object that is
/// whole.
public final class EngineChaos implements ChaosWorld {
    private static final int PLACES = 1 << 14;
    private static final long ARENA_BYTES = 32L << 20;

    /// Less than what all places need, so that the budget refuses now and then.
    private static final long LIMIT_PAGES = 5_000;

    private static final long EMPTY = 0;
    private static final long BUSY = 0xFFFF_FFFFL;
    private static final long HANDLE_MASK = 0xFFFF_FFFFL;
    private static final int LIFE_SHIFT = 32;

    /// A reader that looks at a page after it was given back makes the kernel map its page of zeros
    /// there. The kernel then says that the page is in memory, though it takes none. That is rare.
    private static final int ZERO_PAGES = 64;

    private static final int WRITERS = 3;
    private static final int READERS = 4;

    /// A page that is moved has two frames for a moment: the migrator's and the defragmenter's.
    private static final int TARGETS = 2;

    private static final long PHASE_NANOS = 700_000_000L;
    private static final int SMALLEST_PAYLOAD = 24;

    /// What the compactor waits when there was nothing to do.
    private static final long PAUSE_NANOS = 50_000;

    /// What passes between two checks of the pool in use.
    private static final long CHECK_PAUSE_NANOS = 20_000_000;

    /// In percent: how likely an empty place is filled, and how likely a full one is emptied rather
    /// than read. Growth, churn, shrinking, near emptiness.
    private static final int[][] PHASES = {{90, 2}, {50, 30}, {10, 60}, {1, 95}};

    private static final ThreadLocal<byte[]> BUFFER =
            ThreadLocal.withInitial(() -> new byte[ZsPool.MAX_OBJECT_BYTES]);

    private final PageArena arena;
    private final ZsPool pool;
    private final PageChaos pages;
    private final AtomicLongArray places = new AtomicLongArray(PLACES);
    private final long begin = System.nanoTime();
    private int quietPoints;

    private final LongAdder stored = new LongAdder();
    private final LongAdder freed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder exactReads = new LongAdder();
    private final LongAdder lateReads = new LongAdder();
    private final LongAdder compactions = new LongAdder();
    private final LongAdder framesGivenBack = new LongAdder();
    private final LongAdder handlePagesGivenBack = new LongAdder();
    private final LongAdder liveChecks = new LongAdder();

    /// @param seed chooses the chain size, too
    public EngineChaos(long seed) {
        this.arena =
                new PageArena(new MappedPages(), new ArenaOptions(ARENA_BYTES, LIMIT_PAGES, 256));
        int chainSize = (seed & 1) == 0 ? 8 : 16;
        this.pool = new ZsPool(arena, new PoolOptions(chainSize, Long.MAX_VALUE));
        this.pages = new PageChaos(pool, arena, seed);
    }

    @Override
    public List<Worker> workers() {
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            workers.add(this::storeFreeOrRead);
        }
        for (int i = 0; i < READERS; i++) {
            workers.add(new Reader());
        }
        workers.add(this::compact);
        workers.add(this::giveBack);
        workers.add(pages::migrate);
        workers.add(pages::defragment);
        workers.add(this::checkLive);
        return workers;
    }

    private void storeFreeOrRead(SplittableRandom random) {
        int[] phase = PHASES[(int) ((System.nanoTime() - begin) / PHASE_NANOS % PHASES.length)];
        int place = random.nextInt(PLACES);
        long word = places.get(place);
        if ((word & HANDLE_MASK) == EMPTY) {
            if (random.nextInt(100) < phase[0]) {
                store(place, word);
            }
        } else if (isFull(word)) {
            if (random.nextInt(100) < phase[1]) {
                free(place, word);
            } else {
                read(place, word);
            }
        }
    }

    /// Reads what is there now, and what was there some time ago, by handles that may have been
    /// given to other objects since.
    private final class Reader implements Worker {
        private final int[] oldPlaces = new int[256];
        private final long[] oldWords = new long[oldPlaces.length];

        @Override
        public void step(SplittableRandom random) {
            int place = random.nextInt(PLACES);
            long word = places.get(place);
            if (isFull(word)) {
                read(place, word);
                int old = random.nextInt(oldPlaces.length);
                if (isFull(oldWords[old])) {
                    read(oldPlaces[old], oldWords[old]);
                }
                oldPlaces[old] = place;
                oldWords[old] = word;
            } else if (random.nextInt(1000) == 0) {
                long never = -random.nextLong(1L << 40);
                ChaosViolation.unless(
                        pool.read(never, BUFFER.get(), 0) == ZsPool.NOT_LIVE
                                && pool.free(never) == FreeOutcome.NOT_LIVE,
                        "handle " + never + " was never given out");
            }
        }
    }

    private static boolean isFull(long word) {
        long handle = word & HANDLE_MASK;
        return handle != EMPTY && handle != BUSY;
    }

    private void store(int place, long word) {
        long life = ((word >>> LIFE_SHIFT) + 1) << LIFE_SHIFT;
        if (!places.compareAndSet(place, word, life | BUSY)) {
            return;
        }
        byte[] content = content(place, life);
        long handle = pool.allocate(content, 0, content.length);
        if (handle > 0) {
            stored.increment();
            places.set(place, life | handle);
        } else {
            refused.increment();
            places.set(place, life);
        }
    }

    private void free(int place, long word) {
        long life = word & ~HANDLE_MASK;
        if (places.compareAndSet(place, word, life | BUSY)) {
            FreeOutcome outcome = pool.free(word & HANDLE_MASK);
            ChaosViolation.unless(outcome == FreeOutcome.FREED, describe(place, word) + outcome);
            freed.increment();
            places.set(place, life);
        }
    }

    private void read(int place, long word) {
        byte[] copy = BUFFER.get();
        int length = pool.read(word & HANDLE_MASK, copy, 0);
        if (places.get(place) == word) {
            expectExact(place, word, copy, length);
            exactReads.increment();
        } else if (length != ZsPool.NOT_LIVE) {
            // The objects of the smallest class may be too small to tell who they are.
            ChaosViolation.unless(
                    length == SMALLEST_PAYLOAD || Contents.isWhole(copy, length),
                    describe(place, word) + "a late reader got a mixture");
            lateReads.increment();
        }
    }

    private static void expectExact(int place, long word, byte[] copy, int length) {
        byte[] expected = content(place, word & ~HANDLE_MASK);
        ChaosViolation.unless(
                length >= expected.length, describe(place, word) + "read as " + length + " bytes");
        int wrong = Arrays.mismatch(copy, 0, expected.length, expected, 0, expected.length);
        ChaosViolation.unless(wrong < 0, describe(place, word) + "byte " + wrong + " is wrong");
    }

    private void compact(SplittableRandom random) {
        if (pool.compact() == 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        compactions.increment();
        PoolStats stats = pool.stats();
        ChaosViolation.unless(
                stats.reclaimablePages() >= 0 && stats.allocatedPages() >= 0, stats.toString());
        // A limit below what is in use now and then: it refuses, and frees nothing.
        pool.setLimitPages(
                random.nextInt(4) == 0 ? 1 + random.nextLong(LIMIT_PAGES) : Long.MAX_VALUE);
    }

    private void giveBack(SplittableRandom random) {
        framesGivenBack.add(arena.giveBack(random.nextInt(1024)));
        // More often than a pool asks for: it is the versions that must hold then.
        if (random.nextInt(8) == 0) {
            handlePagesGivenBack.add(pool.giveBackHandlePages());
        }
        ArenaStats stats = arena.stats();
        ChaosViolation.unless(
                stats.ownedFrames() + stats.tablePages() <= LIMIT_PAGES + TARGETS,
                stats.toString());
    }

    private void checkLive(SplittableRandom random) {
        int slices = random.nextInt(8) == 0 ? random.nextInt(20) : Integer.MAX_VALUE;
        int[] left = {slices};
        LiveCheckResult result = pool.checkLive((done, goal) -> left[0]-- > 0);
        ChaosViolation.unless(
                result.violations().isEmpty(), String.join("\n  ", result.violations()));
        liveChecks.increment();
        LockSupport.parkNanos(CHECK_PAUSE_NANOS);
    }

    private static String describe(int place, long word) {
        return "place "
                + place
                + " life "
                + (word >>> LIFE_SHIFT)
                + " handle "
                + (word & HANDLE_MASK)
                + ": ";
    }

    /// What the object of one life of a place holds: all sizes, with many small ones and many whole
    /// pages.
    private static byte[] content(int place, long life) {
        long id = life | place;
        SplittableRandom random = new SplittableRandom(id);
        int length =
                switch (random.nextInt(8)) {
                    case 0 -> 1 + random.nextInt(32);
                    case 1, 2, 3 -> 1 + random.nextInt(600);
                    case 7 -> ZsPool.MAX_OBJECT_BYTES;
                    default -> 1 + random.nextInt(ZsPool.MAX_OBJECT_BYTES);
                };
        return Contents.of(id, length);
    }

    @Override
    public void checkQuiet() {
        expectSound();
        long live = 0;
        byte[] copy = BUFFER.get();
        for (int place = 0; place < PLACES; place++) {
            long word = places.get(place);
            long handle = word & HANDLE_MASK;
            ChaosViolation.unless(handle != BUSY, describe(place, word) + "busy at a quiet point");
            if (handle != EMPTY) {
                expectExact(place, word, copy, pool.read(handle, copy, 0));
                live++;
            }
        }
        PoolStats stats = pool.stats();
        ChaosViolation.unless(
                stats.liveObjects() == live
                        && stats.allocatedPages() == arena.stats().ownedFrames(),
                live + " objects by the model; " + stats + "; " + arena.stats());
        if (++quietPoints % 2 == 0) {
            pages.endAll();
            pool.compact();
            long needed = pool.classStats().stream().mapToLong(ClassStats::neededPages).sum();
            ChaosViolation.unless(
                    pool.stats().allocatedPages() == needed,
                    needed + " pages would do; " + pool.stats());
            expectSound();
        }
    }

    private void expectSound() {
        List<String> violations = pool.check();
        ChaosViolation.unless(violations.isEmpty(), String.join("\n  ", violations));
    }

    @Override
    public void finish() {
        checkQuiet();
        pages.endAll();
        ChaosViolation.unless(
                pool.checkLive(Pace.FULL_SPEED).unverified().isEmpty(),
                "nothing changes, and yet: " + pool.checkLive(Pace.FULL_SPEED));
        for (int place = 0; place < PLACES; place++) {
            long word = places.get(place);
            if ((word & HANDLE_MASK) != EMPTY) {
                free(place, word);
            }
        }
        expectSound();
        PoolStats stats = pool.stats();
        ChaosViolation.unless(
                stats.liveObjects() == 0 && stats.allocatedPages() == 0, stats.toString());
        pool.close();
        arena.giveBack(0);
        expectNothingLeft();
        arena.close();
        ChaosViolation.unless(
                exactReads.sum() > 0
                        && lateReads.sum() > 0
                        && stats.freedByCompactionPages() > 0
                        && framesGivenBack.sum() > 0
                        && liveChecks.sum() > 0
                        && pages.didEverything(),
                "too little happened: " + summary());
    }

    private void expectNothingLeft() {
        ArenaStats stats = arena.stats();
        ChaosViolation.unless(
                stats.backedPages() == 0
                        && stats.backedPageblocks() == 0
                        && stats.acquiredFrames() == stats.releasedFrames()
                        && arena.check().isEmpty(),
                stats + " " + arena.check());
        long resident = NativeMemory.residentPages(arena.memory());
        ChaosViolation.unless(
                resident <= ZERO_PAGES, resident + " pages of the arena are still in memory");
        // The budget itself has no getter: what fits tells what it holds.
        ChaosViolation.unless(
                arena.budget().chargeTablePages(LIMIT_PAGES), "the budget is not free again");
        arena.budget().dischargeTablePages(LIMIT_PAGES);
    }

    @Override
    public String summary() {
        return String.format(
                Locale.ROOT,
                "%,d stored, %,d freed, %,d refused; %,d exact reads, %,d late reads; "
                        + "%,d compactions moved %,d objects and freed %,d pages; "
                        + "%,d frames and %,d handle pages given back; "
                        + "%s; %,d live checks, %d quiet points",
                stored.sum(),
                freed.sum(),
                refused.sum(),
                exactReads.sum(),
                lateReads.sum(),
                compactions.sum(),
                pool.stats().movedByCompactionObjects(),
                pool.stats().freedByCompactionPages(),
                framesGivenBack.sum(),
                handlePagesGivenBack.sum(),
                pages.summary(),
                liveChecks.sum(),
                quietPoints);
    }

    /// For the test that loses an object and sees that it is noticed.
    ///
    /// @return its handle
    long freeBehindTheModelsBack() {
        for (int place = 0; place < PLACES; place++) {
            long handle = places.get(place) & HANDLE_MASK;
            if (handle != EMPTY && pool.free(handle) == FreeOutcome.FREED) {
                return handle;
            }
        }
        return EMPTY;
    }

    PageArena arena() {
        return arena;
    }
}
