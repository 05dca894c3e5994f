package dev.zspool.stress;

import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolKeeper;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.BlobStore;
import dev.zspool.blob.Durability;
import dev.zspool.blob.EvictionTarget;
import dev.zspool.blob.FullPolicy;
import dev.zspool.blob.OpenResult;
import dev.zspool.blob.ScrubResult;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.MappedPages;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import dev.zspool.persist.Journal;
import dev.zspool.persist.StoredPool;
import dev.zspool.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/// Durable pools that are too small for their blobs, on a disk that fails now and then, under
/// writers and readers who know what must be there, with eviction, warm-up, ends, scrubbing,
/// compaction, limits that change, a clock that goes back, and restarts.
final class DurableChaos implements ChaosWorld {
    /// The clock never goes back further than that.
    static final long MOST_MILLIS_BACK = 60;

    private static final long MIB = 1L << 20;
    private static final long LIMIT_PAGES = (24 * MIB) >> Frames.FRAME_SHIFT;
    private static final int CLIENTS = 3;
    private static final String SYNC = "sync";
    private static final String ASYNC = "async";
    private static final String COMING = "coming";

    /// Where the journals are: each one goes on where the one before it ended.
    interface Disk {
        Journal open();

        /// What is wrong with a journal that nobody writes to.
        List<String> violations(Journal open);

        /// What is wrong on the disk when it is closed.
        List<String> violationsAtRest();
    }

    private final PageArena arena =
            new PageArena(new MappedPages(), new ArenaOptions(32 * MIB, LIMIT_PAGES, 64));
    private final TestClock clock = new TestClock(Instant.ofEpochSecond(1_000_000));
    private final AtomicLong latestMillis = new AtomicLong(clock.millis());
    private final Disk disk;
    private final Random random;
    private final AtomicInteger pending = new AtomicInteger();
    private final List<DurableClient> clients =
            IntStream.range(1, CLIENTS + 1).mapToObj(n -> new DurableClient(this, n)).toList();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    private volatile Running running;

    private final LongAdder written = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder diskReads = new LongAdder();
    private final LongAdder listed = new LongAdder();
    private final LongAdder scrubbed = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private final LongAdder restarts = new LongAdder();
    private final LongAdder faultsBefore = new LongAdder();

    /// What lives from one start to the next.
    private record Running(
            Journal journal, ChaosJournal chaos, ExecutorService readers, BlobStore store) {}

    DurableChaos(long seed, Disk disk) {
        this.disk = disk;
        this.random = new Random(seed);
        this.running = start();
    }

    private Running start() {
        Journal journal = disk.open();
        ChaosJournal chaos = new ChaosJournal(journal, pending, random.nextLong());
        ExecutorService readers =
                Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().factory());
        BlobHost host =
                new BlobHost(
                                arena,
                                BlockCompressor.create(),
                                Runnable::run,
                                clock,
                                random,
                                16 * MIB)
                        .withJournal(
                                chaos,
                                task -> {
                                    pending.incrementAndGet();
                                    readers.execute(() -> {
                                        try {
                                            task.run();
                                        } finally {
                                            pending.decrementAndGet();
                                        }
                                    });
                                });
        BlobStore store = new BlobStore(host, 3);
        store.restore();
        store.put(options(SYNC, 2 * MIB));
        store.put(options(ASYNC, MIB));
        return new Running(journal, chaos, readers, store);
    }

    private static BlobPoolOptions options(String name, long limitBytes) {
        return new BlobPoolOptions(
                name,
                8,
                limitBytes,
                4 * MIB,
                BlobInfo.NEVER_EXPIRES,
                name.equals(SYNC) ? Durability.SYNC : Durability.ASYNC,
                FullPolicy.REJECT);
    }

    // --- For clients ---------------------------------------------------------------------------

    BlobPool pool(SplittableRandom which) {
        return pool(which.nextBoolean() ? SYNC : ASYNC);
    }

    BlobPool pool(String name) {
        return running.store.pool(name).orElseThrow();
    }

    long latestMillis() {
        return latestMillis.get();
    }

    long faults() {
        return running.chaos.faults();
    }

    /// Whether something was let fail since, or is now.
    boolean hasFaultsSince(long before) {
        return faults() != before;
    }

    boolean isApplied(String what) {
        return running.chaos.isApplied(what);
    }

    void wrote(int writes) {
        written.add(writes);
    }

    void read(boolean isFromDisk) {
        (isFromDisk ? diskReads : reads).increment();
    }

    void counted(String counter) {
        counts.computeIfAbsent(counter, _ -> new LongAdder()).increment();
    }

    // --- Workers -------------------------------------------------------------------------------

    @Override
    public List<Worker> workers() {
        List<Worker> workers = new ArrayList<>();
        clients.forEach(client -> workers.add(client::step));
        workers.add(this::keepHouse);
        workers.add(this::look);
        return workers;
    }

    private void keepHouse(SplittableRandom choice) {
        int step = choice.nextInt(20) == 0 ? -30 : choice.nextInt(5);
        if (clock.millis() + step >= latestMillis.get() - MOST_MILLIS_BACK) {
            latestMillis.accumulateAndGet(clock.millis() + step, Math::max);
            clock.advance(Duration.ofMillis(step));
        }
        if (choice.nextInt(40) == 0) {
            ChaosJournal.Mode[] modes = ChaosJournal.Mode.values();
            int mode = choice.nextInt(2 * modes.length);
            running.chaos.setMode(mode < modes.length ? modes[mode] : ChaosJournal.Mode.SOUND);
        }
        running.store.closeLeaving();
        for (BlobPool pool : running.store.pools()) {
            BlobPoolKeeper keeper = pool.keeper();
            switch (choice.nextInt(8)) {
                case 0 -> keeper.sweepExpired(1 + choice.nextInt(500));
                case 1 -> keeper.removeExpired(1 + choice.nextInt(100));
                case 2 -> keeper.tidyExpiry(512);
                case 3, 4 -> evicted.add(keeper.keepReserve(100));
                case 5 -> keeper.saveResidents();
                case 6 -> keeper.warmUp(1 + choice.nextInt(50));
                default -> keeper.giveBackTablePages();
            }
        }
        if (choice.nextInt(8) == 0) {
            arena.giveBackSurplus();
        }
    }

    private void look(SplittableRandom choice) {
        List<BlobPool> pools = running.store.pools();
        BlobPool pool = pools.get(choice.nextInt(pools.size()));
        switch (choice.nextInt(9)) {
            case 0 -> list(pool);
            case 1 -> pool.compact(Pace.FULL_SPEED);
            case 2 -> arena.defragmenter().run(Pace.FULL_SPEED);
            case 3 -> {
                List<String> violations = pool.checkLive().violations();
                ChaosViolation.unless(violations.isEmpty(), String.join("\n  ", violations));
            }
            case 4 -> scrub(pool);
            case 5 -> {
                EvictionTarget target = EvictionTarget.poolBytes(choice.nextLong(MIB));
                pool.keeper().eviction().preview(target);
                evicted.add(pool.keeper().eviction().run(target, Pace.FULL_SPEED).evictedBlobs());
            }
            case 6 -> changeLimit(pool.name(), choice);
            case 7 -> comeOrGo(choice);
            default -> pool.stats();
        }
    }

    private void list(BlobPool pool) {
        var listing = pool.list(Optional.empty());
        while (!listing.isAtEnd()) {
            for (BlobInfo info : listing.next(100)) {
                ChaosViolation.unless(
                        info.sizeBytes() == ChaosContent.of(info).sizeBytes(),
                        pool.name() + " lists " + info);
                listed.increment();
            }
        }
    }

    private void scrub(BlobPool pool) {
        ScrubResult result = pool.keeper().scrub(Pace.FULL_SPEED);
        ChaosViolation.unless(
                result.corruptedBlobs() == 0 && result.repairedBlobs() == 0,
                pool.name() + " " + result);
        scrubbed.add(result.blobs());
    }

    private void changeLimit(String name, SplittableRandom choice) {
        running.store.put(options(name, MIB / 4 * (2 + choice.nextInt(8))));
    }

    /// A pool that is made and destroyed; nobody knows what is in it.
    private void comeOrGo(SplittableRandom choice) {
        Optional<BlobPool> there = running.store.pool(COMING);
        if (there.isEmpty()) {
            running.store.put(options(COMING, MIB));
        } else if (choice.nextInt(3) == 0) {
            running.store.remove(COMING, choice.nextBoolean());
        } else {
            BlobPool pool = there.get();
            for (int n = 0; n < 20; n++) {
                var _ =
                        ChaosContent.random(n, choice)
                                .store(
                                        pool,
                                        dev.zspool.blob.WriteRequest.of(
                                                "h" + choice.nextInt(20),
                                                dev.zspool.blob.BlobAttributes.NONE,
                                                0));
            }
        }
    }

    // --- Quiet points --------------------------------------------------------------------------

    @Override
    public void checkQuiet() {
        awaitQuiet();
        checkAll();
        if (random.nextInt(3) > 0) {
            restart();
            checkAll();
            if (random.nextBoolean()) {
                clients.forEach(DurableClient::readAll);
                awaitQuiet();
                checkAll();
            }
        }
    }

    private void awaitQuiet() {
        running.chaos.setMode(ChaosJournal.Mode.SOUND);
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (pending.get() > 0) {
            ChaosViolation.unless(System.nanoTime() < deadline, "writes do not end: " + pending);
            Thread.onSpinWait();
        }
    }

    private void checkAll() {
        List<String> violations = new ArrayList<>(arena.check());
        for (BlobPool pool : running.store.pools()) {
            pool.check().forEach(violation -> violations.add(pool.name() + ": " + violation));
        }
        for (StoredPool stored : running.chaos.pools()) {
            running.chaos.miscounted(stored.poolId()).ifPresent(violations::add);
        }
        violations.addAll(disk.violations(running.journal));
        counts.forEach((counter, count) -> {
            int slash = counter.indexOf('/');
            OpenResult opened =
                    pool(counter.substring(0, slash)).fetch(counter.substring(slash + 1));
            long has =
                    opened instanceof OpenResult.Found found
                            ? found.reader().info().sizeBytes()
                            : -1;
            if (has != count.sum()) {
                violations.add(counter + " is " + has + ", was counted " + count.sum());
            }
        });
        ChaosViolation.unless(violations.isEmpty(), String.join("\n  ", violations));
    }

    private void restart() {
        stop();
        List<String> violations = disk.violationsAtRest();
        ChaosViolation.unless(violations.isEmpty(), String.join("\n  ", violations));
        running = start();
        restarts.increment();
    }

    private void stop() {
        faultsBefore.add(running.chaos.faults());
        for (BlobPool pool : running.store.pools()) {
            pool.keeper().saveResidents();
        }
        awaitQuiet();
        running.chaos.close();
        running.readers.shutdown();
        running.store.close();
    }

    @Override
    public void finish() {
        awaitQuiet();
        checkAll();
        clients.forEach(DurableClient::readAll);
        String summary = summary();
        stop();
        List<String> violations = disk.violationsAtRest();
        ChaosViolation.unless(violations.isEmpty(), String.join("\n  ", violations));
        ChaosViolation.unless(
                arena.stats().ownedFrames() == 0 && arena.budget().chargeTablePages(LIMIT_PAGES),
                "something is left: " + arena.stats());
        arena.close();
        ChaosViolation.unless(
                written.sum() > 0 && reads.sum() > 0 && diskReads.sum() > 0,
                "too little happened: " + summary);
    }

    @Override
    public String summary() {
        return String.format(
                Locale.ROOT,
                "%,d written, %,d reads from memory, %,d from the disk; %,d listed, %,d scrubbed,"
                        + " %,d evicted; %,d faults, %,d restarts",
                written.sum(),
                reads.sum(),
                diskReads.sum(),
                listed.sum(),
                scrubbed.sum(),
                evicted.sum(),
                faultsBefore.sum() + running.chaos.faults(),
                restarts.sum());
    }
}
