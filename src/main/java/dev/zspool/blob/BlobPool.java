package dev.zspool.blob;

import dev.zspool.page.Frames;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.CompactionResult;
import dev.zspool.zsmalloc.LiveCheckResult;
import dev.zspool.zsmalloc.PageLeases;
import dev.zspool.zsmalloc.PoolOptions;
import dev.zspool.zsmalloc.PoolPages;
import dev.zspool.zsmalloc.ZsPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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

    private final BlobHost host;
    private volatile BlobPoolOptions options;
    private final ZsPool pool;
    private final BlobParts parts;

    /// Handles with the pool's secret.
    final BlobNames names;

    /// Where blobs are found. Tests also break it.
    final BlobIndex index;

    private final ExpiryQueue expiry;

    /// What can be found, and the gates.
    final PublishedBlobs published;

    /// How it is changed.
    final WriteOrder order;

    /// What it keeps over restarts.
    final PoolKey key;

    /// Its part of the journal, if it is durable.
    final Optional<DurableBlobs> durable;

    /// Tests also break them.
    final BlobCounters counters = new BlobCounters();

    private final ReadFailures failures;
    private final PageLeases leases;

    /// When blobs were read; tests also look at it.
    final UsageBits usage;

    private final EvictionStep eviction;
    private final Evictor evictor;
    private final BlobOpener opener;
    private final BlobPoolKeeper keeper;

    /// A pool that ends with the process.
    ///
    /// @param host what it has in common with other pools
    public BlobPool(BlobHost host, BlobPoolOptions options) {
        this(host, options, PoolKey.fresh(host));
    }

    /// @param key what it has kept since it was made
    BlobPool(BlobHost host, BlobPoolOptions options, PoolKey key) {
        this.host = host;
        this.options = options;
        this.key = key;
        PageArena arena = host.arena();
        this.pool =
                new ZsPool(
                        arena,
                        new PoolOptions(
                                options.chainSize(), options.limitBytes() >> Frames.FRAME_SHIFT));
        this.parts = BlobParts.of(pool, host.compressor());
        this.names = new BlobNames(key.hashSeed());
        this.index = parts.newIndex(arena);
        this.expiry = new ExpiryQueue(arena);
        this.usage = new UsageBits(arena);
        this.published = new PublishedBlobs(parts, index, counters, expiry, host.clock());
        Optional<JournalBacking> journal =
                options.durability().isDurable()
                        ? Optional.of(JournalBacking.of(host, key, parts, () -> this.options))
                        : Optional.empty();
        Backing backing = journal.isPresent() ? journal.get() : Backing.NONE;
        this.order = new WriteOrder(parts, published, counters, backing, host.clock());
        this.failures = new ReadFailures(parts, published, counters, names, backing);
        this.leases = new PageLeases(pool, host.clock(), host.random());
        this.eviction = new EvictionStep(pool, order, names);
        FreeRoom room =
                new FreeRoom(eviction, () -> this.options, arena.budget(), host.sharedRoom());
        this.evictor = new Evictor(eviction, index, usage, () -> this.options, room, host.clock());
        parts.objects().allocator().setRoom(evictor, host.sharedRoom());
        this.durable = journal.map(this::newDurable);
        this.opener = new BlobOpener(published, order, failures, evictor, durable);
        this.keeper =
                new BlobPoolKeeper(
                        parts.gate(),
                        pool,
                        leases,
                        new ExpirySweep(parts, published, order, counters, names, host.clock()),
                        evictor,
                        durable);
        host.sharedRoom().add(evictor);
    }

    private DurableBlobs newDurable(JournalBacking backing) {
        JournalReads reads =
                new JournalReads(backing, order, failures, counters, host.clock(), evictor);
        return new DurableBlobs(
                reads,
                new WarmUp(backing, names, reads, evictor::hasFreeRoom),
                () -> ResidentList.of(index, usage),
                names,
                order,
                host.clock());
    }

    /// Opens a blob that {@link #open} did not find in memory. Waits for the disk: not for an event
    /// loop.
    ///
    /// @return anything but {@link OpenResult.NotInMemory}
    /// @throws IllegalArgumentException for a handle that cannot be one
    public OpenResult fetch(String handle) {
        return opener.fetch(names.of(handle));
    }

    public String name() {
        return options.name();
    }

    /// How it is set up now.
    public BlobPoolOptions options() {
        return options;
    }

    /// Sets it up anew. What is stored stays; a lower limit lets nothing in until less is used.
    ///
    /// @throws IllegalArgumentException for what cannot change
    public void change(BlobPoolOptions wanted) {
        if (!wanted.name().equals(options.name())
                || wanted.chainSize() != options.chainSize()
                || wanted.durability().isDurable() != options.durability().isDurable()) {
            throw new IllegalArgumentException(
                    "pool " + options.name() + " cannot become " + wanted);
        }
        options = wanted;
        parts.gate()
                .inside(
                        () -> {
                            pool.setLimitPages(wanted.limitBytes() >> Frames.FRAME_SHIFT);
                            return wanted;
                        },
                        wanted);
    }

    /// Starts a write that lives as long as the pool says.
    ///
    /// @param handle 1 to 128 characters of `[A-Za-z0-9._~-]`
    /// @param declaredBytes how long the body will be, -1 when that is not known
    /// @throws IllegalArgumentException for another handle
    public BlobWrite beginWrite(String handle, BlobAttributes attributes, long declaredBytes) {
        return beginWrite(WriteRequest.of(handle, attributes, declaredBytes));
    }

    /// Starts a write.
    ///
    /// @throws IllegalArgumentException for a handle that cannot be one
    public BlobWrite beginWrite(WriteRequest request) {
        BlobName name = names.of(request.handle());
        long sequence = host.nextSequence();
        long ttlMillis =
                request.ttlMillis() == WriteRequest.POOL_TTL
                        ? options.defaultTtlMillis()
                        : request.ttlMillis();
        RootDraft draft = new RootDraft(request, ttlMillis, sequence, host.clock());
        ContentSink sink = new ContentSink(parts, name.characters(), sequence);
        return new BlobUpload(this, sink, draft, request.declaredBytes());
    }

    /// Opens a blob as it is published now.
    ///
    /// @throws IllegalArgumentException for a handle that cannot be one
    public OpenResult open(String handle) {
        return opener.open(names.of(handle));
    }

    /// Deletes a blob.
    ///
    /// @param condition decided when it is about to be deleted
    /// @param answer gets the outcome, exactly once, perhaps on another thread
    /// @throws IllegalArgumentException for a handle that cannot be one
    public void delete(String handle, WriteCondition condition, Consumer<DeleteOutcome> answer) {
        order.delete(names.of(handle), condition, answer);
    }

    /// Makes a stored root the published one of its handle.
    void publish(long root, RootDraft draft, Consumer<PutResult> answer) {
        evictor.noteNew(root);
        order.publish(names.of(draft.handle()), root, draft, draft.condition(), answer);
    }

    /// Shuts it for good if it has no blob whose life is not over. May wait for the disk.
    boolean isShutAsEmpty() {
        if (durable.isEmpty()) {
            return published.shutIfEmpty(() -> true);
        }
        DurableBlobs blobs = durable.get();
        // Reading them takes too long while writers wait; what is stored meanwhile is in memory, or
        // makes them more.
        long deadBlobs = blobs.countIfAllDead();
        return deadBlobs >= 0 && published.shutIfEmpty(() -> blobs.totalBlobs() <= deadBlobs);
    }

    BlobHost host() {
        return host;
    }

    /// For tests and tools that look at the objects.
    ZsPool objects() {
        return pool;
    }

    /// Lists the published blobs.
    ///
    /// @param after the handle behind which to begin, of which there need not be a blob; empty for
    ///   the first
    /// @throws IllegalArgumentException for a handle that cannot be one
    public BlobListing list(Optional<String> after) {
        if (durable.isPresent()) {
            return new JournalListing(
                    durable.get().backing, counters, host.clock(), after.map(names::of));
        }
        return new MemoryListing(
                parts, index, counters, published.roots, handle -> names.of(handle).hash(), after);
    }

    /// Packs the objects of all blobs into the fewest pages, isolated ones aside. Takes long for a
    /// large pool: not for an event loop.
    ///
    /// @param pace asked after every slice; its unit is pages
    /// @return what this call did; BUSY at once while another thread compacts
    public CompactionResult compact(Pace pace) {
        PoolGate gate = parts.gate();
        CompactionResult result =
                gate.inside(
                        () ->
                                pool.compact((done, goal) ->
                                        pace.proceed(done, goal)
                                                && !gate.isShut()
                                                && !eviction.wantsCompaction()),
                        CompactionResult.NOTHING);
        if (result.outcome() != CompactionResult.Outcome.BUSY) {
            eviction.compactionEnded();
        }
        return result;
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
        BlobName name = names.of(handle);
        LayoutResult inMemory =
                parts.gate()
                        .inside(
                                () ->
                                        new LayoutReader(parts, published, failures)
                                                .read(name, after, limit),
                                new LayoutResult.Missing());
        return inMemory instanceof LayoutResult.Missing && durable.isPresent()
                ? durable.get().reads.layout(name)
                : inMemory;
    }

    /// What somebody has to do for the pool now and then.
    public BlobPoolKeeper keeper() {
        return keeper;
    }

    /// The counters now; all zero for a pool that was destroyed.
    public BlobPoolStats stats() {
        return parts.gate()
                .inside(
                        () ->
                                BlobPoolStats.of(
                                        pool.stats(),
                                        counters,
                                        index,
                                        expiry,
                                        options.limitBytes(),
                                        durable.map(DurableBlobs::totals)),
                        BlobPoolStats.NONE);
    }

    /// One row a size class, in ascending order.
    public List<ClassRow> classes() {
        return parts.gate()
                .inside(() -> pool.classStats().stream().map(ClassRow::of).toList(), List.of());
    }

    /// Looks every invariant over, while no write is under way.
    ///
    /// @return what is wrong, in words; empty when the pool is sound
    public List<String> check() {
        List<String> violations = new ArrayList<>(pool.check());
        violations.addAll(index.check());
        violations.addAll(new BlobChecker(parts, index, counters, expiry, names).check());
        durable.ifPresent(blobs ->
                violations.addAll(new DurabilityChecker(blobs.backing, index, names).check()));
        return violations;
    }

    /// Looks the objects over while the pool is in use, in slices, and the index segment by
    /// segment. Takes long for a large pool: not for an event loop.
    public LiveCheckResult checkLive() {
        return parts.gate()
                .inside(
                        this::checkInside,
                        new LiveCheckResult(List.of(), List.of(), 0, 0, 0, 0, true));
    }

    private LiveCheckResult checkInside() {
        PoolGate gate = parts.gate();
        LiveCheckResult objects = pool.checkLive((done, goal) -> !gate.isShut());
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
        parts.gate().shut();
        host.sharedRoom().remove(evictor);
        index.close();
        expiry.close();
        usage.close();
        // The pool waits until no page is isolated.
        leases.close();
        pool.close();
    }
}
