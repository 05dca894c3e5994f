package dev.zspool.stress;

import dev.zspool.blob.AppendOutcome;
import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobListing;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.BlobReader;
import dev.zspool.blob.BlobStore;
import dev.zspool.blob.BlobWrite;
import dev.zspool.blob.DeleteOutcome;
import dev.zspool.blob.Durability;
import dev.zspool.blob.FullPolicy;
import dev.zspool.blob.OpenResult;
import dev.zspool.blob.PageDesk;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.ReadOutcome;
import dev.zspool.blob.WriteCondition;
import dev.zspool.blob.WriteRequest;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.MappedPages;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.TestClock;
import dev.zspool.zsmalloc.PageFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/// Pools that come, change and go under their writers and readers, with ends, evictions, limits,
/// listings, compaction and defragmentation, and a clock that now and then goes back.
///
/// Content follows from pool, handle and nothing else, so that a reader who gets another pool's
/// bytes sees it. A pool that is to go only when empty never goes with a blob that was answered.
final class StoreChaos implements ChaosWorld {
    private static final long MIB = 1L << 20;
    private static final long ARENA_BYTES = 16 * MIB;
    private static final long LIMIT_PAGES = (12 * MIB) >> Frames.FRAME_SHIFT;
    private static final int POOLS = 5;
    private static final int HANDLES = 2_000;

    /// Goes only when empty; its blobs have no end and are not evicted.
    private static final int STRICT = 0;

    /// Its limit never changes.
    private static final int FIXED_LIMIT = 1;

    private final PageArena arena =
            new PageArena(new MappedPages(), new ArenaOptions(ARENA_BYTES, LIMIT_PAGES, 64));
    private final TestClock clock = new TestClock(Instant.ofEpochSecond(1_000_000));
    private final BlobStore store;
    private final AtomicInteger worker = new AtomicInteger();

    /// How many writes there must be before the next pool is made or destroyed.
    private volatile long nextManaged;

    private final LongAdder stored = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder gone = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder lateReads = new LongAdder();
    private final LongAdder listed = new LongAdder();
    private final LongAdder made = new LongAdder();
    private final LongAdder removed = new LongAdder();
    private final LongAdder notEmpty = new LongAdder();
    private final LongAdder swept = new LongAdder();
    private final LongAdder evicted = new LongAdder();

    StoreChaos(long seed) {
        BlobHost host =
                new BlobHost(
                        arena,
                        BlockCompressor.create(),
                        Runnable::run,
                        clock,
                        new Random(seed),
                        16 * MIB);
        store = new BlobStore(host, POOLS - 1);
    }

    @Override
    public List<Worker> workers() {
        return List.of(
                new Client()::step,
                new Client()::step,
                new Client()::step,
                this::manage,
                this::keepHouse,
                this::look);
    }

    private static String name(int pool) {
        return "p" + pool;
    }

    private static byte[] content(String pool, String handle) {
        int hash = (pool + "/" + handle).hashCode();
        int kind = hash & 63;
        return Contents.of(hash, kind == 0 ? 150_000 : kind < 8 ? 20_000 : 50 + kind * 40);
    }

    /// Writes and reads, and keeps a reader for later.
    private final class Client {
        private final int me = worker.getAndIncrement();
        private final AtomicReference<BlobReader> kept = new AtomicReference<>();
        private String keptPool = "";

        void step(SplittableRandom random) {
            int nth = random.nextInt(POOLS);
            Optional<BlobPool> found = store.pool(name(nth));
            if (found.isEmpty()) {
                return;
            }
            BlobPool pool = found.get();
            if (nth == STRICT) {
                storeAndDelete(pool, "strict-" + me + "-" + random.nextInt(100));
                return;
            }
            String handle = "h" + random.nextInt(HANDLES);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> put(pool, handle, random);
                case 3 -> pool.delete(handle, WriteCondition.ALWAYS, _ -> {});
                case 4 -> readKept();
                default -> read(pool, handle);
            }
        }

        /// What was answered is there, and its pool stays, until it is deleted.
        private void storeAndDelete(BlobPool pool, String handle) {
            byte[] content = content(pool.name(), handle);
            PutResult result = StoreChaos.this.put(pool, handle, content, WriteRequest.POOL_TTL);
            if (!(result instanceof PutResult.Stored)) {
                return;
            }
            OpenResult opened = pool.open(handle);
            ChaosViolation.unless(
                    opened instanceof OpenResult.Found
                            && store.pool(pool.name()).filter(now -> now == pool).isPresent(),
                    handle + " was answered, and then " + opened);
            // Another handle's write may hold the slot: then its thread answers.
            CompletableFuture<DeleteOutcome> answer = new CompletableFuture<>();
            pool.delete(handle, WriteCondition.ALWAYS, answer::complete);
            DeleteOutcome outcome = answer.orTimeout(30, TimeUnit.SECONDS).join();
            ChaosViolation.unless(outcome == DeleteOutcome.DELETED, handle + " " + outcome);
        }

        private void put(BlobPool pool, String handle, SplittableRandom random) {
            long ttl = random.nextInt(3) == 0 ? 1 + random.nextLong(500) : WriteRequest.POOL_TTL;
            byte[] content = content(pool.name(), handle);
            if (random.nextInt(20) == 0) {
                BlobWrite half = pool.beginWrite(handle, BlobAttributes.NONE, content.length);
                if (half.begin(() -> {}) == AppendOutcome.READY) {
                    var _ = half.append(content, 0, content.length / 2);
                }
                half.abort();
            } else {
                var _ = StoreChaos.this.put(pool, handle, content, ttl);
            }
        }

        private void read(BlobPool pool, String handle) {
            switch (pool.open(handle)) {
                case OpenResult.Found(BlobReader reader) -> {
                    readAll(reader, pool.name());
                    kept.set(reader);
                    keptPool = pool.name();
                }
                case OpenResult.Missing _ -> {}
                case OpenResult other ->
                        throw new ChaosViolation(pool.name() + " " + handle + " is " + other);
            }
        }

        private void readKept() {
            BlobReader reader = kept.get();
            if (reader != null) {
                readAll(reader, keptPool);
                lateReads.increment();
            }
        }

        private void readAll(BlobReader reader, String pool) {
            String handle = reader.info().handle();
            byte[] wanted = content(pool, handle);
            byte[] bytes = new byte[wanted.length];
            ChaosViolation.unless(
                    reader.info().sizeBytes() == wanted.length, pool + " " + reader.info());
            for (int block = 0; block < reader.blocks(); block++) {
                ReadOutcome outcome = reader.readBlock(block, bytes, block << 16);
                ChaosViolation.unless(
                        outcome != ReadOutcome.CORRUPTED, pool + " " + handle + " " + outcome);
                if (outcome != ReadOutcome.OK) {
                    return;
                }
            }
            ChaosViolation.unless(
                    Arrays.equals(wanted, bytes), pool + " " + handle + ": other bytes");
            reads.increment();
        }
    }

    private PutResult put(BlobPool pool, String handle, byte[] content, long ttlMillis) {
        WriteRequest request = WriteRequest.of(handle, BlobAttributes.NONE, content.length);
        BlobWrite write = pool.beginWrite(request.livingFor(ttlMillis));
        AppendOutcome outcome = write.begin(() -> {});
        for (int at = 0; at < content.length && outcome == AppendOutcome.READY; at += 1 << 16) {
            outcome = write.append(content, at, Math.min(1 << 16, content.length - at));
        }
        AtomicReference<PutResult> result = new AtomicReference<>(new PutResult.PoolGone());
        if (outcome == AppendOutcome.PAUSE) {
            write.abort();
        } else {
            write.commit(result::set);
        }
        switch (result.get()) {
            case PutResult.Stored _ -> stored.increment();
            case PutResult.PoolGone _ -> gone.increment();
            default -> refused.increment();
        }
        return result.get();
    }

    private static BlobPoolOptions options(int nth, SplittableRandom random) {
        boolean isFixed = nth == FIXED_LIMIT;
        boolean isCache = isFixed || (nth != STRICT && random.nextBoolean());
        return new BlobPoolOptions(
                name(nth),
                8,
                isFixed ? MIB : MIB / 4 * (1 + random.nextInt(12)),
                4 * MIB,
                nth == STRICT || random.nextBoolean() ? BlobInfo.NEVER_EXPIRES : 300,
                Durability.NONE,
                isCache ? FullPolicy.EVICT : FullPolicy.REJECT);
    }

    /// Makes, changes and destroys pools: a step for some writes, or nothing else would be seen.
    private void manage(SplittableRandom random) {
        int nth = random.nextInt(POOLS);
        long writes = stored.sum() + refused.sum() + gone.sum();
        if (!store.pools().isEmpty() && writes < nextManaged) {
            store.pool(name(nth)).ifPresent(BlobPool::stats);
            return;
        }
        nextManaged = writes + 40;
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 ->
                    (store.remove(name(nth), nth != STRICT) == BlobStore.RemoveOutcome.REMOVED
                                    ? removed
                                    : notEmpty)
                            .increment();
            case 4, 5, 6, 7, 8, 9, 10, 11 ->
                    made.add(
                            store.put(options(nth, random)) == BlobStore.PutOutcome.CREATED
                                    ? 1
                                    : 0);
            default -> {
                if (store.remove(name(STRICT), false) == BlobStore.RemoveOutcome.REMOVED) {
                    removed.increment();
                    made.increment();
                    store.put(options(STRICT, random));
                }
            }
        }
    }

    private void keepHouse(SplittableRandom random) {
        clock.advance(Duration.ofMillis(random.nextInt(20) == 0 ? -30 : random.nextInt(5)));
        store.closeLeaving();
        for (BlobPool pool : store.pools()) {
            swept.add(pool.keeper().sweepExpired(1 + random.nextInt(500)));
            pool.keeper().tidyExpiry(512);
            evicted.add(pool.keeper().keepReserve(100));
            pool.keeper().giveBackTablePages();
            pool.keeper().endLeases();
        }
        if (random.nextInt(8) == 0) {
            arena.giveBackSurplus();
        }
    }

    /// Looks at pools, moves their pages, lists and checks them.
    private void look(SplittableRandom random) {
        Optional<BlobPool> found = store.pool(name(random.nextInt(POOLS)));
        if (found.isEmpty()) {
            return;
        }
        BlobPool pool = found.get();
        switch (random.nextInt(6)) {
            case 0 -> list(pool);
            case 1 -> pool.compact(Pace.FULL_SPEED);
            case 2 -> arena.defragmenter().run(Pace.FULL_SPEED);
            case 3 -> {
                List<String> violations = pool.checkLive().violations();
                ChaosViolation.unless(violations.isEmpty(), String.join("\n  ", violations));
            }
            case 4 -> lease(pool, random);
            default -> {
                boolean isFixed = pool.name().equals(name(FIXED_LIMIT));
                ChaosViolation.unless(
                        !isFixed || pool.stats().peakPoolBytes() <= MIB, pool.stats().toString());
            }
        }
    }

    private void list(BlobPool pool) {
        BlobListing listing = pool.list(Optional.empty());
        while (!listing.isAtEnd()) {
            for (BlobInfo info : listing.next(100)) {
                ChaosViolation.unless(
                        info.sizeBytes() == content(pool.name(), info.handle()).length,
                        pool.name() + " lists " + info);
                listed.increment();
            }
        }
    }

    private static void lease(BlobPool pool, SplittableRandom random) {
        PageDesk desk = PageDesk.of(pool);
        desk.list(PageFilter.ALL, random.nextInt(500), 3)
                .pages()
                .forEach(page -> desk.isolate(page.frame(), Duration.ofMillis(1)));
    }

    @Override
    public void checkQuiet() {
        for (BlobPool pool : store.pools()) {
            List<String> violations = new ArrayList<>(pool.check());
            ChaosViolation.unless(
                    violations.isEmpty(), pool.name() + ":\n  " + String.join("\n  ", violations));
        }
        ChaosViolation.unless(arena.check().isEmpty(), arena.check().toString());
    }

    @Override
    public void finish() {
        checkQuiet();
        clock.advance(Duration.ofHours(1));
        for (BlobPool pool : store.pools()) {
            while (pool.keeper().sweepExpired(1_000) > 0) {
                // There are more.
            }
            ChaosViolation.unless(
                    pool.stats().expiringBlobs() == 0, pool.name() + " " + pool.stats());
            store.remove(pool.name(), true);
        }
        ChaosViolation.unless(store.closeLeaving() == 0, "somebody is inside a pool still");
        store.close();
        ChaosViolation.unless(
                arena.stats().ownedFrames() == 0 && arena.budget().chargeTablePages(LIMIT_PAGES),
                "something is left: " + arena.stats());
        arena.close();
        ChaosViolation.unless(
                stored.sum() > 0 && reads.sum() > 0 && made.sum() > 0 && removed.sum() > 0,
                "too little happened: " + summary());
    }

    @Override
    public String summary() {
        return String.format(
                Locale.ROOT,
                "%,d stored, %,d refused, %,d gone; %,d reads, %,d late; %,d listed; %,d pools made,"
                        + " %,d removed, %,d not empty; %,d swept, %,d evicted in the background",
                stored.sum(),
                refused.sum(),
                gone.sum(),
                reads.sum(),
                lateReads.sum(),
                listed.sum(),
                made.sum(),
                removed.sum(),
                notEmpty.sum(),
                swept.sum(),
                evicted.sum());
    }
}
