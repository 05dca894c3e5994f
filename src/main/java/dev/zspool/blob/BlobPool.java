package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.Frames;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.CompactionResult;
import dev.zspool.zsmalloc.LiveCheckResult;
import dev.zspool.zsmalloc.PageLeases;
import dev.zspool.zsmalloc.PoolOptions;
import dev.zspool.zsmalloc.PoolPages;
import dev.zspool.zsmalloc.PoolStats;
import dev.zspool.zsmalloc.ZsPool;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// A pool of blobs: content of 0 bytes to 1 GiB under handles of the caller's choice.
///
/// **A write** stores chunks and root where nothing leads to them, takes the handle's write slot,
/// decides the condition against what is published, makes the journal's step, publishes the root in
/// the index in one step, frees the blob before it, releases the slot and answers. Readers and
/// conditions see published blobs only. A write that fails leaves what was published.
///
/// **A read** finds the root in the index and takes a copy of it; chunks are read when they are
/// asked for, and belong to the root only if they carry its sequence. So a reader sees one version
/// or learns that it is gone.
///
/// Thread-safe, except {@link #close}. No method blocks: waiting is done by callbacks.
public final class BlobPool implements AutoCloseable {
    /// The longest handle in characters. Handles are of `[A-Za-z0-9._~-]`.
    public static final int MAX_HANDLE_LENGTH = BlobName.MAX_LENGTH;

    /// The sequence of a start begins at its second times 2^20, so that it is above those before
    /// it.
    private static final int SEQUENCES_PER_SECOND_BITS = 20;

    private final BlobPoolOptions options;
    private final ZsPool pool;
    private final BlobParts parts;
    private final BlobIndex index;
    private final PublishedBlobs published;
    private final BodyBudget bodies;
    private final BlobCounters counters = new BlobCounters();
    private final Executor workers;
    private final InstantSource clock;
    private final AtomicLong lastSequence;
    private final ReadFailures failures;
    private final PageLeases leases;

    /// @param arena where its memory comes from
    /// @param compressor shared by all pools
    /// @param workers encode the blocks of long bodies; bounded by whoever made them
    /// @param clock the time of writes and of leases
    /// @param random makes the names of leases, which nobody can guess; thread-safe
    public BlobPool(
            PageArena arena,
            BlockCompressor compressor,
            BlobPoolOptions options,
            Executor workers,
            InstantSource clock,
            RandomGenerator random) {
        this.options = options;
        this.workers = workers;
        this.clock = clock;
        this.pool =
                new ZsPool(
                        arena,
                        new PoolOptions(
                                options.chainSize(), options.limitBytes() >> Frames.FRAME_SHIFT));
        this.parts = new BlobParts(pool, new BlobObjects(pool), compressor, new AttributeTable());
        this.index = new BlobIndex(arena);
        this.published = new PublishedBlobs(parts, index, counters, JournalStep.NONE);
        this.failures = new ReadFailures(published, counters, options);
        this.leases = new PageLeases(pool, clock, random);
        this.bodies = new BodyBudget(options.bodyBudgetBytes());
        this.lastSequence =
                new AtomicLong(clock.instant().getEpochSecond() << SEQUENCES_PER_SECOND_BITS);
    }

    public String name() {
        return options.name();
    }

    public long maxBlobBytes() {
        return options.maxBlobBytes();
    }

    /// Starts a write.
    ///
    /// @param handle 1 to 128 characters of `[A-Za-z0-9._~-]`
    /// @param declaredBytes how long the body will be, -1 when that is not known
    /// @throws IllegalArgumentException for another handle
    public BlobWrite beginWrite(String handle, BlobAttributes attributes, long declaredBytes) {
        return beginWrite(handle, attributes, declaredBytes, WriteCondition.ALWAYS);
    }

    /// Starts a write that is published only if a condition holds then.
    public BlobWrite beginWrite(
            String handle,
            BlobAttributes attributes,
            long declaredBytes,
            WriteCondition condition) {
        BlobName name = options.nameOf(handle);
        long sequence = lastSequence.incrementAndGet();
        RootDraft draft =
                new RootDraft(handle, attributes, sequence, clock.instant().getEpochSecond());
        ContentSink sink = new ContentSink(parts, name.characters(), sequence);
        return new BlobUpload(this, sink, draft, condition, declaredBytes);
    }

    /// Opens a blob as it is published now.
    ///
    /// @throws IllegalArgumentException for a handle that cannot be one
    public OpenResult open(String handle) {
        BlobName name = options.nameOf(handle);
        RootProbe probe = published.probe(name);
        Optional<RootView> root = published.find(name, probe);
        if (root.isPresent()) {
            return new OpenResult.Found(new BlobReader(failures, parts, root.get()));
        }
        if (probe.isSound()) {
            return new OpenResult.Missing();
        }
        counters.corruptedReads.increment();
        return new OpenResult.Corrupted();
    }

    /// Deletes a blob.
    ///
    /// @param answer gets the outcome, exactly once, perhaps on another thread
    /// @throws IllegalArgumentException for a handle that cannot be one
    public void delete(String handle, Consumer<DeleteOutcome> answer) {
        delete(handle, WriteCondition.ALWAYS, answer);
    }

    /// Deletes a blob if a condition holds then.
    public void delete(String handle, WriteCondition condition, Consumer<DeleteOutcome> answer) {
        published.delete(options.nameOf(handle), condition, answer);
    }

    /// Makes a stored root the published one of its handle.
    void publish(long root, RootDraft draft, WriteCondition condition, Consumer<PutResult> answer) {
        published.publish(options.nameOf(draft.info().handle()), root, draft, condition, answer);
    }

    /// Why a value of the pool below is not a handle.
    PutResult refusal(long error) {
        return error == ZsPool.LIMIT_REACHED
                ? new PutResult.PoolFull(options.limitBytes())
                : new PutResult.OutOfMemory();
    }

    BodyBudget bodies() {
        return bodies;
    }

    Executor workers() {
        return workers;
    }

    /// For tests and tools that look at the objects.
    ZsPool objects() {
        return pool;
    }

    /// For tests that look at the index and break it.
    BlobIndex index() {
        return index;
    }

    /// For tests that break the counters and see the checker say so.
    BlobCounters counters() {
        return counters;
    }

    /// Packs the objects of all blobs into the fewest pages. Takes long for a large pool: not for
    /// an event loop.
    ///
    /// @return the pages that this call freed; 0 at once while another thread compacts
    public long compact() {
        return pool.compact();
    }

    /// Packs the objects of all blobs into the fewest pages, isolated ones aside.
    ///
    /// @param pace asked after every slice; its unit is pages
    /// @return what this call did; BUSY at once while another thread compacts
    public CompactionResult compact(Pace pace) {
        return pool.compact(pace);
    }

    /// The pages of this pool: to look at, to isolate, to migrate.
    public PoolPages pages() {
        return pool.pages();
    }

    /// Isolations on behalf of people; somebody calls {@link PageLeases#expire} now and then.
    public PageLeases leases() {
        return leases;
    }

    /// Tells where a blob lies: its root, and some of its blocks.
    ///
    /// @param handle the blob's
    /// @param after the block behind which to begin, -1 for the first
    /// @param limit how many blocks at most, positive
    /// @throws IllegalArgumentException for a handle that cannot be one
    public LayoutResult layout(String handle, int after, int limit) {
        return new LayoutReader(parts, published, failures)
                .read(options.nameOf(handle), after, limit);
    }

    /// Gives unused pages of the handle table back. Call it at most once a second.
    public int giveBackHandlePages() {
        return pool.giveBackHandlePages();
    }

    public BlobPoolStats stats() {
        PoolStats now = pool.stats();
        return new BlobPoolStats(
                counters.logicalBytes.sum(),
                counters.storedBytes.sum(),
                now.allocatedPages() << Frames.FRAME_SHIFT,
                options.limitBytes(),
                now.peakPages() << Frames.FRAME_SHIFT,
                counters.filledBlobs.sum(),
                now.freedByCompactionPages(),
                counters.rawBlobs.sum(),
                counters.rawBlobsSinceStart.sum(),
                index.entries(),
                now.liveObjects(),
                now.reclaimablePages(),
                index.frames(),
                now.handlePages(),
                bodies.usedBytes(),
                counters.corruptedReads.sum());
    }

    /// One row a size class, in ascending order.
    public List<ClassRow> classes() {
        return pool.classStats().stream().map(ClassRow::of).toList();
    }

    /// Looks every invariant over, while no write is under way.
    ///
    /// @return what is wrong, in words; empty when the pool is sound
    public List<String> check() {
        List<String> violations = new ArrayList<>(pool.check());
        violations.addAll(index.check());
        violations.addAll(new BlobChecker(parts, index, counters, options.hashSeed()).check());
        return violations;
    }

    /// Looks the objects over while the pool is in use, in slices, and the index segment by
    /// segment. Takes long for a large pool: not for an event loop.
    public LiveCheckResult checkLive() {
        LiveCheckResult objects = pool.checkLive(Pace.FULL_SPEED);
        List<String> violations = new ArrayList<>(objects.violations());
        long hash = 0;
        do {
            hash = index.checkSegment(hash, violations);
        } while (hash != 0);
        return objects.withViolations(violations);
    }

    /// Frees everything. Nobody may use the pool meanwhile or afterwards.
    @Override
    public void close() {
        index.close();
        // The pool waits until no page is isolated.
        leases.close();
        pool.close();
    }
}
