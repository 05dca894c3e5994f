package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.MappedPages;
import dev.zspool.page.PageArena;
import dev.zspool.page.PageSource;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.TestClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The only door through which a test gets a pool of blobs: after every test each pool is checked
/// and closed, and each arena must then own nothing ({@link Engines}).
final class BlobRigs implements AfterEachCallback, AutoCloseable {
    static final long MIB = 1L << 20;
    static final Executor INLINE = Runnable::run;

    private static final long SEED = 4711;

    /// Handles with the secret of each rig's pool, the first number that its host gives out.
    static final BlobNames NAMES = new BlobNames(new Random(SEED).nextLong());

    private static final BlockCompressor COMPRESSOR = BlockCompressor.create();

    /// Stands still until a test moves it.
    final TestClock clock = new TestClock(Instant.ofEpochSecond(1_000));

    private final Engines engines = new Engines();
    private final List<BlobPool> pools = new ArrayList<>();
    private final Set<BlobPool> damaged = new HashSet<>();
    private final List<ExecutorService> executors = new ArrayList<>();

    static BlobPoolOptions options() {
        return chainSize(8);
    }

    static BlobPoolOptions chainSize(int pages) {
        return BlobPoolOptions.of("test", pages, 256 * MIB, 64 * MIB);
    }

    static BlobPoolOptions limitPages(int pages) {
        return BlobPoolOptions.of("test", 8, (long) pages * Frames.FRAME_BYTES, 64 * MIB);
    }

    static BlobPoolOptions maxBlobBytes(long bytes) {
        return BlobPoolOptions.of("test", 8, 256 * MIB, bytes);
    }

    static BlobPoolOptions defaultTtlMillis(long ttlMillis) {
        return new BlobPoolOptions(
                "test", 8, 256 * MIB, 64 * MIB, ttlMillis, Durability.NONE, FullPolicy.REJECT);
    }

    /// Makes room by itself, and loses what it holds.
    static BlobPoolOptions cache(long limitBytes) {
        return new BlobPoolOptions(
                "cache",
                8,
                limitBytes,
                64 * MIB,
                BlobInfo.NEVER_EXPIRES,
                Durability.NONE,
                FullPolicy.EVICT);
    }

    /// Over 8 MiB of heap: small and quick.
    BlobRig small(BlobPoolOptions options, Executor workers) {
        return rig(engines.heapArena(8 * MIB), options, workers);
    }

    BlobRig small() {
        return small(options(), INLINE);
    }

    /// Over memory of the system.
    BlobRig large(BlobPoolOptions options, Executor workers) {
        return rig(engines.mappedArena(256 * MIB), options, workers);
    }

    /// Over memory of the system, with room for some bytes.
    BlobRig huge(long bytes) {
        long size =
                (bytes + Frames.PAGEBLOCK_BYTES) / Frames.PAGEBLOCK_BYTES * Frames.PAGEBLOCK_BYTES;
        BlobPoolOptions options = BlobPoolOptions.of("test", 8, size, 64 * MIB);
        return rig(engines.mappedArena(size), options, INLINE);
    }

    /// Over memory of the system, of which only some may be used.
    BlobRig budgeted(long budgetPages, Executor workers) {
        ArenaOptions arena = new ArenaOptions(64 * MIB, budgetPages, 64);
        return rig(engines.arena(new MappedPages(), arena), options(), workers);
    }

    PageArena arena(long sizeBytes) {
        return engines.heapArena(sizeBytes);
    }

    /// Over other memory.
    PageArena arena(PageSource source, long sizeBytes) {
        return engines.arena(
                source, new ArenaOptions(sizeBytes, sizeBytes >> Frames.FRAME_SHIFT, 64));
    }

    /// Over memory of the system, for many pools.
    PageArena mappedArena(long sizeBytes) {
        return engines.mappedArena(sizeBytes);
    }

    /// Another pool over an arena of this factory.
    BlobRig in(PageArena arena, BlobPoolOptions options) {
        return rig(arena, options, INLINE);
    }

    /// What the pools of one service share, over an arena of this factory.
    BlobHost host(PageArena arena) {
        return host(arena, INLINE, 64 * MIB);
    }

    /// Another pool beside those of the host.
    synchronized BlobRig in(BlobHost host, BlobPoolOptions options) {
        return in(host, options, PoolKey.fresh(host));
    }

    /// The same for a pool that a journal knows.
    synchronized BlobRig in(BlobHost host, BlobPoolOptions options, PoolKey key) {
        BlobPool pool = new BlobPool(host, options, key);
        pools.add(pool);
        return new BlobRig(host.arena(), pool);
    }

    private BlobHost host(PageArena arena, Executor workers, long bodyBudgetBytes) {
        return new BlobHost(arena, COMPRESSOR, workers, clock, new Random(SEED), bodyBudgetBytes);
    }

    /// With heap for only so many bytes of bodies under way.
    BlobRig smallBodies(long bodyBudgetBytes, Executor workers) {
        return smallBodies(options(), bodyBudgetBytes, workers);
    }

    BlobRig smallBodies(BlobPoolOptions options, long bodyBudgetBytes, Executor workers) {
        return rig(engines.heapArena(8 * MIB), options, workers, bodyBudgetBytes);
    }

    BlobRig largeBodies(long bodyBudgetBytes, Executor workers) {
        return rig(engines.mappedArena(256 * MIB), options(), workers, bodyBudgetBytes);
    }

    private BlobRig rig(PageArena arena, BlobPoolOptions options, Executor workers) {
        return rig(arena, options, workers, 64 * MIB);
    }

    private BlobRig rig(
            PageArena arena, BlobPoolOptions options, Executor workers, long bodyBudgetBytes) {
        return in(host(arena, workers, bodyBudgetBytes), options);
    }

    /// Threads that take blocks of long bodies, as in the service.
    synchronized ExecutorService workers(int threads) {
        ExecutorService executor =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(10_000),
                        task -> Thread.ofPlatform().name("blob-worker").daemon().unstarted(task));
        executors.add(executor);
        return executor;
    }

    /// Says that a test has broken blobs of a pool for good: at the end only what is below the
    /// blobs is checked.
    synchronized void isDamaged(BlobRig rig) {
        damaged.add(rig.pool());
    }

    static BlockCompressor compressor() {
        return COMPRESSOR;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    @Override
    public synchronized void close() {
        executors.forEach(ExecutorService::shutdownNow);
        executors.clear();
        List<String> violations = new ArrayList<>();
        for (BlobPool pool : pools) {
            violations.addAll(damaged.contains(pool) ? pool.objects().check() : pool.check());
            pool.close();
        }
        pools.clear();
        engines.close();
        if (!violations.isEmpty()) {
            throw new AssertionError("After the test:\n  " + String.join("\n  ", violations));
        }
    }
}
