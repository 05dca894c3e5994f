package dev.zspool.upkeep;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolStats;
import dev.zspool.blob.BlobStore;
import dev.zspool.blob.EvictionOutcome;
import dev.zspool.blob.EvictionResult;
import dev.zspool.blob.EvictionTarget;
import dev.zspool.page.ArenaStats;
import dev.zspool.page.DefragmentationResult;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.CompactionResult;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Runs compactions and defragmentations, on demand and by itself, and evictions and scrubs on
/// demand.
///
/// At most one compaction, one eviction and one scrub of a pool and one defragmentation of the
/// arena run at a time; whoever asks for a second one is told so at once. On demand they go at full
/// speed, in the background at a duty cycle. Thread-safe; nothing blocks but the executor's
/// threads.
public final class Upkeep implements AutoCloseable {
    private static final int FULL_SPEED_PERCENT = 100;
    private static final String ARENA = "";

    /// In front of a pool's name; no name begins like that.
    private static final String EVICTION = "eviction of ";

    /// The same.
    private static final String SCRUB = "scrub of ";

    private final PageArena arena;
    private final BlobStore store;
    private final Executor executor;
    private final UpkeepOptions options;
    private final LongSupplier nanoClock;
    private final Job.Environment environment;

    /// Running jobs: compactions by the pool's name, evictions by that behind {@link #EVICTION},
    /// scrubs by that behind {@link #SCRUB}, the defragmentation under {@link #ARENA}.
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();

    /// When background work last began, by the same keys; only {@link #step} touches it.
    private final Map<String, Long> lastStartNanos = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /// @param executor runs the jobs; a job takes one of its threads for as long as it goes
    /// @param clock the time, and how to rest
    public Upkeep(
            PageArena arena,
            BlobStore store,
            EventFeed events,
            Executor executor,
            UpkeepClock clock,
            UpkeepOptions options) {
        this.arena = arena;
        this.store = store;
        this.executor = executor;
        this.options = options;
        this.nanoClock = clock.nanoClock();
        this.environment = new Job.Environment(events, clock.nanoClock(), clock.pauser());
        store.listen(
                new BlobStore.Listener() {
                    @Override
                    public void added(BlobPool pool) {
                        // What is due is found by looking.
                    }

                    @Override
                    public void removed(BlobPool pool) {
                        forget(pool.name());
                    }
                });
    }

    private void forget(String pool) {
        cancelCompaction(pool);
        cancelEviction(pool);
        cancelScrub(pool);
        lastStartNanos.remove(pool);
    }

    /// Compacts a pool at full speed.
    ///
    /// @return what it did; BUSY at once when it is being compacted
    public CompletionStage<CompactionReport> compact(BlobPool pool) {
        return compact(pool, FULL_SPEED_PERCENT);
    }

    private CompletionStage<CompactionReport> compact(BlobPool pool, int dutyPercent) {
        Job job =
                new Job(
                        environment,
                        EventKind.COMPACTION_PROGRESS,
                        Optional.of(pool.name()),
                        "pages",
                        dutyPercent);
        return start(pool.name(), job, CompactionReport.BUSY, () -> runCompaction(pool, job));
    }

    private CompactionReport runCompaction(BlobPool pool, Job job) {
        Optional<String> name = Optional.of(pool.name());
        long startNanos = nanoClock.getAsLong();
        long givenBefore = arena.stats().givenBackFrames();
        environment
                .events()
                .publish(
                        EventKind.COMPACTION_STARTED,
                        name,
                        Map.of("reclaimablePages", pool.stats().reclaimablePages()));
        CompactionResult result = pool.compact(job);
        arena.giveBackSurplus();
        CompactionReport report =
                new CompactionReport(
                        result, givenSince(givenBefore), nanoClock.getAsLong() - startNanos);
        environment
                .events()
                .publish(
                        EventKind.COMPACTION_FINISHED,
                        name,
                        Map.of(
                                "freedPages", result.freedPages(),
                                "movedObjects", result.movedObjects(),
                                "givenBackBytes", report.givenBackBytes(),
                                "durationMillis", report.durationNanos() / 1_000_000,
                                "cancelled",
                                        result.outcome() == CompactionResult.Outcome.CANCELLED
                                                ? 1L
                                                : 0L));
        return report;
    }

    /// Makes pageblocks free at full speed.
    ///
    /// @return what it did; BUSY at once when one is running
    public CompletionStage<DefragmentationReport> defragment() {
        return defragment(FULL_SPEED_PERCENT);
    }

    private CompletionStage<DefragmentationReport> defragment(int dutyPercent) {
        Job job =
                new Job(
                        environment,
                        EventKind.DEFRAGMENTATION_PROGRESS,
                        Optional.empty(),
                        "pageblocks",
                        dutyPercent);
        return start(ARENA, job, DefragmentationReport.BUSY, () -> runDefragmentation(job));
    }

    private DefragmentationReport runDefragmentation(Job job) {
        long startNanos = nanoClock.getAsLong();
        ArenaStats before = arena.stats();
        environment
                .events()
                .publish(
                        EventKind.DEFRAGMENTATION_STARTED,
                        Optional.empty(),
                        Map.of("sparePageblocks", before.sparePageblocks()));
        DefragmentationResult result = arena.defragmenter().run(job);
        DefragmentationReport report =
                new DefragmentationReport(
                        result,
                        givenSince(before.givenBackFrames()),
                        nanoClock.getAsLong() - startNanos);
        environment
                .events()
                .publish(
                        EventKind.DEFRAGMENTATION_FINISHED,
                        Optional.empty(),
                        Map.of(
                                "freedPageblocks", result.freedPageblocks(),
                                "migratedPages", result.migratedPages(),
                                "failedPages", result.failedPages(),
                                "givenBackBytes", report.givenBackBytes(),
                                "durationMillis", report.durationNanos() / 1_000_000,
                                "cancelled",
                                        result.outcome() == DefragmentationResult.Outcome.CANCELLED
                                                ? 1L
                                                : 0L));
        return report;
    }

    /// Evicts blobs of a pool at full speed.
    ///
    /// @return what it did; BUSY at once when one is running in this pool
    public CompletionStage<EvictionReport> evict(BlobPool pool, EvictionTarget target) {
        Job job =
                new Job(
                        environment,
                        EventKind.EVICTION_PROGRESS,
                        Optional.of(pool.name()),
                        "pages",
                        FULL_SPEED_PERCENT);
        return start(
                EVICTION + pool.name(),
                job,
                EvictionReport.BUSY,
                () -> runEviction(pool, target, job));
    }

    private EvictionReport runEviction(BlobPool pool, EvictionTarget target, Job job) {
        Optional<String> name = Optional.of(pool.name());
        long startNanos = nanoClock.getAsLong();
        long givenBefore = arena.stats().givenBackFrames();
        environment
                .events()
                .publish(
                        EventKind.EVICTION_STARTED,
                        name,
                        Map.of(
                                target.isRelease() ? "releaseBytes" : "targetBytes",
                                target.bytes()));
        EvictionResult result = pool.keeper().eviction().run(target, job);
        arena.giveBackSurplus();
        EvictionReport report =
                new EvictionReport(
                        Optional.of(result),
                        givenSince(givenBefore),
                        nanoClock.getAsLong() - startNanos);
        environment
                .events()
                .publish(
                        EventKind.EVICTION_FINISHED,
                        name,
                        Map.of(
                                "freedPages", result.freedPages(),
                                "evictedBlobs", result.evictedBlobs(),
                                "evictedLogicalBytes", result.logicalBytes(),
                                "givenBackBytes", report.givenBackBytes(),
                                "durationMillis", report.durationNanos() / 1_000_000,
                                "reached",
                                        result.outcome() == EvictionOutcome.TARGET_REACHED
                                                ? 1L
                                                : 0L));
        return report;
    }

    /// Reads every blob of a durable pool from the disk and verifies it, at full speed.
    ///
    /// @return what it found; BUSY at once when one is running in this pool
    public CompletionStage<ScrubReport> scrub(BlobPool pool) {
        Job job =
                new Job(
                        environment,
                        EventKind.SCRUB_PROGRESS,
                        Optional.of(pool.name()),
                        "blobs",
                        FULL_SPEED_PERCENT);
        return start(
                SCRUB + pool.name(),
                job,
                ScrubReport.BUSY,
                () -> ScrubRun.of(pool, job, environment));
    }

    private long givenSince(long givenBefore) {
        return (arena.stats().givenBackFrames() - givenBefore) << Frames.FRAME_SHIFT;
    }

    private <T> CompletionStage<T> start(String key, Job job, T busy, Supplier<T> work) {
        if (closed || jobs.putIfAbsent(key, job) != null) {
            return CompletableFuture.completedFuture(busy);
        }
        if (closed) {
            // Since the first look: whoever closes may not have seen the job.
            job.cancel();
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            executor.execute(() -> run(key, job, result, work));
        } catch (RejectedExecutionException stopping) {
            jobs.remove(key, job);
            result.complete(busy);
        } catch (RuntimeException | Error failure) {
            // No thread for it: the next one who asks must not be told that it is running.
            jobs.remove(key, job);
            result.completeExceptionally(failure);
        }
        return result;
    }

    private <T> void run(String key, Job job, CompletableFuture<T> result, Supplier<T> work) {
        T report;
        try {
            report = work.get();
        } catch (RuntimeException | Error failure) {
            jobs.remove(key, job);
            result.completeExceptionally(failure);
            return;
        }
        jobs.remove(key, job);
        result.complete(report);
    }

    /// How far the compaction of a pool is.
    ///
    /// @return empty when none is running
    public Optional<JobProgress> compactionOf(String pool) {
        return Optional.ofNullable(jobs.get(pool)).map(Job::now);
    }

    /// How far the eviction of a pool's blobs is.
    ///
    /// @return empty when none is running
    public Optional<JobProgress> evictionOf(String pool) {
        return compactionOf(EVICTION + pool);
    }

    /// How far the scrub of a pool is.
    ///
    /// @return empty when none is running
    public Optional<JobProgress> scrubOf(String pool) {
        return compactionOf(SCRUB + pool);
    }

    /// How far the defragmentation is.
    ///
    /// @return empty when none is running
    public Optional<JobProgress> defragmentation() {
        return compactionOf(ARENA);
    }

    /// How many pageblocks a defragmentation would make free now, if all pages can be moved.
    public long sparePageblocks() {
        return arena.stats().sparePageblocks();
    }

    /// Ends the compaction of a pool after its slice.
    ///
    /// @return false when none is running
    public boolean cancelCompaction(String pool) {
        Job job = jobs.get(pool);
        if (job == null) {
            return false;
        }
        job.cancel();
        return true;
    }

    /// Ends the eviction of a pool's blobs after its step.
    ///
    /// @return false when none is running
    @CanIgnoreReturnValue
    public boolean cancelEviction(String pool) {
        return cancelCompaction(EVICTION + pool);
    }

    /// Ends the scrub of a pool after its blob.
    ///
    /// @return false when none is running
    @CanIgnoreReturnValue
    public boolean cancelScrub(String pool) {
        return cancelCompaction(SCRUB + pool);
    }

    /// Ends the defragmentation after its slice.
    ///
    /// @return false when none is running
    public boolean cancelDefragmentation() {
        return cancelCompaction(ARENA);
    }

    /// Starts what is due in the background. One thread at a time calls it, often.
    ///
    /// @param nowNanos the time of the clock
    public void step(long nowNanos) {
        for (BlobPool pool : store.pools()) {
            BlobPoolStats stats = pool.stats();
            long usedPages = stats.poolBytes() >> Frames.FRAME_SHIFT;
            if (BackgroundPolicy.shouldCompact(options, stats.reclaimablePages(), usedPages)
                    && isDue(pool.name(), nowNanos)) {
                var _ = compact(pool, options.dutyPercent());
            }
        }
        ArenaStats stats = arena.stats();
        if (BackgroundPolicy.shouldDefragment(
                        options, stats.sparePageblocks(), stats.backedPageblocks())
                && isDue(ARENA, nowNanos)) {
            var _ = defragment(options.dutyPercent());
        }
    }

    private boolean isDue(String key, long nowNanos) {
        Long last = lastStartNanos.get(key);
        boolean due =
                !jobs.containsKey(key)
                        && (last == null || nowNanos - last >= options.interval().toNanos());
        if (due) {
            lastStartNanos.put(key, nowNanos);
        }
        return due;
    }

    /// Ends all jobs after their slices; nothing is started any more.
    @Override
    public void close() {
        closed = true;
        jobs.values().forEach(Job::cancel);
    }
}
