package dev.zspool.boot;

import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.BlobStore;
import dev.zspool.blob.Durability;
import dev.zspool.blob.FullPolicy;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.config.ZspoolConfig;
import dev.zspool.observe.MemorySamples;
import dev.zspool.observe.RequestCounts;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.MappedPages;
import dev.zspool.page.PageArena;
import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalException;
import dev.zspool.persist.RocksJournal;
import dev.zspool.persist.RocksJournalOptions;
import dev.zspool.pressure.PressureController;
import dev.zspool.upkeep.EventFeed;
import dev.zspool.upkeep.EventKind;
import dev.zspool.upkeep.Upkeep;
import dev.zspool.upkeep.UpkeepClock;
import dev.zspool.upkeep.UpkeepOptions;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.MemorySize;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/// The engine put together from the configuration, and its threads: started whole, stopped in the
/// reverse order.
final class Engine implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Engine.class);
    private static final String DEFAULT_POOL = "default";

    /// One for the arena, one for a pool; more would only take processors from requests.
    private static final int UPKEEP_THREADS = 2;

    /// How late a page is put back at most whose lease has expired.
    private static final long LEASE_INTERVAL_MILLIS = 100;

    private static final int DISK_READERS = 4;
    private static final long SAVE_INTERVAL_MILLIS = 60_000;

    private final ZspoolConfig config;
    private final EngineMemory memory;
    private final RocksJournal journal;
    private final PageArena arena;
    private final BlobStore store;
    private volatile BlobPoolOptions poolDefaults;
    private final ExecutorService workers;
    private final ExecutorService diskReaders;
    private final Recovery recovery;
    private final EventFeed events = new EventFeed(InstantSource.system());
    private final ExecutorService upkeepWorkers;
    private final Upkeep upkeep;
    private final ScheduledExecutorService housekeeper;
    private final Housekeeping housekeeping;
    private final PressureController pressure;
    private final PressureWatch watch;
    private final RequestCounts requests = new RequestCounts();
    private final MemorySamples samples;

    Engine(ZspoolConfig config) {
        this.config = config;
        ConfigCheck.check(config);
        this.memory = new EngineMemory(config);
        ArenaOptions arenaOptions = memory.arenaOptions();
        BlockCompressor compressor = BlockCompressor.create();
        this.journal = open(config);
        this.arena = new PageArena(new MappedPages(), arenaOptions);
        int threads =
                config.body().workers().orElse(Runtime.getRuntime().availableProcessors() - 1);
        this.workers =
                Executors.newFixedThreadPool(Math.max(1, threads), named("zspool-compress-"));
        this.poolDefaults =
                poolOptions(config.pool(), memory.defaultPoolBytes(memory.limitBytes()));
        BlobHost memoryHost =
                new BlobHost(
                        arena,
                        compressor,
                        workers,
                        InstantSource.system(),
                        new SecureRandom(),
                        config.body().budget().asLongValue());
        this.diskReaders = Executors.newFixedThreadPool(DISK_READERS, named("zspool-disk-"));
        BlobHost host = memoryHost.withJournal(journal, diskReaders);
        this.store = new BlobStore(host, config.pool().maxPools());
        store.restore();
        configureDefaultPool(poolDefaults);
        this.recovery = new Recovery(store, events);
        this.upkeepWorkers = Executors.newFixedThreadPool(UPKEEP_THREADS, named("zspool-upkeep-"));
        this.upkeep =
                new Upkeep(
                        arena,
                        store,
                        events,
                        upkeepWorkers,
                        new UpkeepClock(System::nanoTime, LockSupport::parkNanos),
                        upkeepOptions(config));
        this.housekeeper =
                Executors.newSingleThreadScheduledExecutor(named("zspool-housekeeping-"));
        this.housekeeping = new Housekeeping(arena, store, System.nanoTime());
        every(config.arena().giveBackInterval().toMillis(), () -> keepHouse(housekeeping, upkeep));
        every(LEASE_INTERVAL_MILLIS, () -> endLeases(housekeeping, events));
        every(SAVE_INTERVAL_MILLIS, () -> saveResidents(housekeeping));
        this.pressure =
                memory.controller(
                        new PressureController.Engine(arena, host, store, journal::dropFilePages),
                        new PressureReports(events, memory, this::followLimit));
        this.watch =
                new PressureWatch(
                        pressure, memory.trigger(), config.pressure().interval().toMillis());
        this.samples = new MemorySamples(arena, store, pressure, requests, InstantSource.system());
        // Or the first sample would know no headroom.
        pressure.tick();
        takeSample(samples);
        every(MemorySamples.INTERVAL_MILLIS, () -> takeSample(samples));
        recovery.start();
        watch.start();
        announce(compressor, arenaOptions);
    }

    /// Tasks let no exception out: they would never run again.
    private void every(long intervalMillis, Runnable task) {
        // Never done: it is stopped with its executor.
        var _ =
                housekeeper.scheduleWithFixedDelay(
                        task, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
    }

    private void announce(BlockCompressor compressor, ArenaOptions arenaOptions) {
        LOG.infof(
                "Pool %s: at most %d MiB of %d MiB, chains of up to %d pages, blobs of up to %d KiB, LZ4 by %s",
                poolDefaults.name(),
                poolDefaults.limitBytes() >> 20,
                arenaOptions.sizeBytes() >> 20,
                poolDefaults.chainSize(),
                poolDefaults.maxBlobBytes() >> 10,
                compressor.implementation());
        if (!compressor.fallbackReason().isEmpty()) {
            LOG.warnf("LZ4 runs in Java, several times slower: %s", compressor.fallbackReason());
        }
    }

    private static RocksJournal open(ZspoolConfig config) {
        try {
            return RocksJournal.open(
                    new RocksJournalOptions(
                            Path.of(config.data().directory()),
                            config.journal().memory().asLongValue(),
                            config.journal().ballast().asLongValue(),
                            System::nanoTime,
                            named("zspool-journal-")));
        } catch (JournalException refused) {
            // Its message is for an operator; a stack trace would hide it.
            throw new ConfigurationException(String.valueOf(refused.getMessage()));
        }
    }

    /// The default pool follows the container's limit, unless somebody has said what it may take.
    private void followLimit(long limitBytes) {
        if (config.pool().limit().isPresent() || config.arena().size().isPresent()) {
            return;
        }
        BlobPoolOptions next = poolOptions(config.pool(), memory.defaultPoolBytes(limitBytes));
        poolDefaults = next;
        housekeeper.execute(() -> {
            try {
                configureDefaultPool(next);
            } catch (RuntimeException | Error failure) {
                LOG.error("Pool " + DEFAULT_POOL + " could not follow the container", failure);
            }
        });
    }

    private void configureDefaultPool(BlobPoolOptions wanted) {
        BlobStore.PutOutcome outcome = store.configure(wanted);
        switch (outcome) {
            case CREATED, CHANGED -> {}
            case UNCHANGED ->
                    LOG.infof(
                            "Pool %s is set up as it was by the API: %s",
                            DEFAULT_POOL, store.pool(DEFAULT_POOL).orElseThrow().options());
            case OTHER_CHAIN_SIZE, OTHER_DURABILITY ->
                    throw new ConfigurationException(
                            "zspool.pool.chain-size and whether zspool.pool.durability is none cannot"
                                    + " change while pool "
                                    + DEFAULT_POOL
                                    + " is there; it is "
                                    + store.pool(DEFAULT_POOL).orElseThrow().options()
                                    + ". Set them back, or destroy the pool first.");
            case DISK_FULL, DISK_FAILED, OUT_OF_MEMORY, TOO_MANY ->
                    throw new IllegalStateException(
                            "Pool " + DEFAULT_POOL + " cannot be made: " + outcome);
        }
    }

    private static void saveResidents(Housekeeping housekeeping) {
        try {
            housekeeping.saveResidents(pool ->
                    LOG.warnf(
                            "Pool %s: which blobs are in memory could not be saved; after a start the"
                                    + " newest come back first",
                            pool));
        } catch (RuntimeException | Error failure) {
            LOG.error("Saving which blobs are in memory failed; it is tried again", failure);
        }
    }

    /// Lets nothing out, or it would never be called again: requests that fill the heap for a
    /// moment must not end the housekeeping for good.
    private static void keepHouse(Housekeeping housekeeping, Upkeep upkeep) {
        try {
            housekeeping.step(System.nanoTime());
            upkeep.step(System.nanoTime());
        } catch (RuntimeException | Error failure) {
            LOG.error("Work in the background failed; it is tried again", failure);
        }
    }

    private static void takeSample(MemorySamples samples) {
        try {
            samples.take();
        } catch (RuntimeException | Error failure) {
            LOG.error("A sample of the memory's figures could not be taken", failure);
        }
    }

    private static void endLeases(Housekeeping housekeeping, EventFeed events) {
        try {
            housekeeping.endLeases((pool, ended) ->
                    events.publish(
                            EventKind.PAGE_PUT_BACK,
                            Optional.of(pool),
                            Map.of("expiredLeases", (long) ended)));
        } catch (RuntimeException | Error failure) {
            LOG.error("Putting pages back failed; it is tried again", failure);
        }
    }

    private static BlobPoolOptions poolOptions(ZspoolConfig.Pool config, long arenaBytes) {
        return new BlobPoolOptions(
                DEFAULT_POOL,
                config.chainSize(),
                config.limit().map(MemorySize::asLongValue).orElse(arenaBytes),
                config.maxBlobSize().asLongValue(),
                config.defaultTtl().toMillis(),
                switch (config.durability()) {
                    case NONE -> Durability.NONE;
                    case ASYNC -> Durability.ASYNC;
                    case SYNC -> Durability.SYNC;
                },
                switch (config.full()) {
                    case REJECT -> FullPolicy.REJECT;
                    case EVICT -> FullPolicy.EVICT;
                });
    }

    private static UpkeepOptions upkeepOptions(ZspoolConfig config) {
        ZspoolConfig.Upkeep wanted = config.upkeep();
        return new UpkeepOptions(
                wanted.background(),
                wanted.threshold(),
                wanted.interval(),
                wanted.duty(),
                // Only then does a freed page of a block in use not go back by itself.
                config.arena().hugePages());
    }

    private static ThreadFactory named(String prefix) {
        return Thread.ofPlatform().daemon().name(prefix, 0).factory();
    }

    PressureController pressure() {
        return pressure;
    }

    PageArena arena() {
        return arena;
    }

    Journal journal() {
        return journal;
    }

    BlobStore store() {
        return store;
    }

    EventFeed events() {
        return events;
    }

    RequestCounts requests() {
        return requests;
    }

    MemorySamples samples() {
        return samples;
    }

    Upkeep upkeep() {
        return upkeep;
    }

    /// What a pool is like that does not say so itself.
    BlobPoolOptions poolDefaults() {
        return poolDefaults;
    }

    /// Stops the threads, then gives all memory back. No request is under way any more.
    @Override
    public void close() {
        recovery.close();
        // Writers that wait are let in, and find that nothing is taken any more.
        boolean isUnwatched = watch.stop();
        stop(housekeeper);
        upkeep.close();
        stop(upkeepWorkers);
        stop(workers);
        saveResidents(housekeeping);
        // What waits to be written lies in the pools' memory.
        journal.close();
        stop(diskReaders);
        store.close();
        if (isUnwatched) {
            arena.close();
            memory.close();
        }
    }

    private static void stop(ExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("A thread of the engine did not stop in time");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
