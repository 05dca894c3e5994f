package dev.zspool.pressure;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobStore;
import dev.zspool.blob.WriteAdmission;
import dev.zspool.os.MemoryReader;
import dev.zspool.page.ArenaStats;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps the service within the memory that it has: looks at the machine, asks the {@link
/// PressurePolicy}, sets the arena's budget, lets writes in or not, and gives memory back.
///
/// Somebody calls {@link #tick} some ten times a second, one thread at a time; everything else may
/// be called from any thread. A tick that finds nothing to do allocates nothing, and takes some
/// microseconds. One that gives memory back takes as long as the steps are allowed to.
///
/// **Concurrency.** One lock guards what is remembered. It is not held while memory is given back,
/// nor while anybody is told.
public final class PressureController implements AutoCloseable {
    private static final long NOT_HELD = Long.MAX_VALUE;

    /// What a writer finds room for, or has to wait.
    private static final long WRITER_BYTES = 1L << 20;

    private final PageArena arena;
    private final BlobHost host;
    private final PoolSet pools = new PoolSet();
    private final PressureProbe probe;
    private final LongSupplier nanoClock;
    private final LongFunction<MemoryPlan> planOfLimit;
    private final PressureLimits limits;
    private final Reclaimer reclaimer;
    private final PressureNews news;
    private final StepTally tally = new StepTally();
    private final WriterTally writers;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final PressureInputs inputs = new PressureInputs();

    @GuardedBy("lock")
    private final PressureDecision decision = new PressureDecision();

    @GuardedBy("lock")
    private final PressureState state = new PressureState();

    @GuardedBy("lock")
    private final Balloon balloon = new Balloon();

    @GuardedBy("lock")
    private @Nullable ShrinkRequest request;

    @GuardedBy("lock")
    private boolean isClosed;

    @GuardedBy("lock")
    private long limitBytes;

    private volatile MemoryPlan plan;

    @GuardedBy("lock")
    private long configuredBytes;

    /// What a shrink has left, for a while.
    @GuardedBy("lock")
    private long heldBytes = NOT_HELD;

    /// What is not to be passed as long as a shrink is held, as the container's limit counts.
    @GuardedBy("lock")
    private long heldWorkingSetBytes = NOT_HELD;

    @GuardedBy("lock")
    private long heldUntilNanos;

    @GuardedBy("lock")
    private long oomEvents;

    /// What the steps of the last tick have freed; of the ticking thread.
    private long releasedBytes;

    private WriteAdmission admission = WriteAdmission.OPEN;

    /// What it works on.
    ///
    /// @param arena whose budget it sets
    /// @param host whose writes it lets in
    /// @param store whose pools give memory back
    /// @param dropFilePages has the kernel drop what it keeps in memory of the journal's files, as
    ///   long as there is time for it
    public record Engine(
            PageArena arena,
            BlobHost host,
            BlobStore store,
            Consumer<BooleanSupplier> dropFilePages) {}

    /// @param planOfLimit what is for what under a limit of the container, in bytes; asked at the
    ///   start and when the limit changes
    /// @param listener is told what happens
    PressureController(
            Engine engine,
            PressureProbe probe,
            LongSupplier nanoClock,
            LongFunction<MemoryPlan> planOfLimit,
            PressureLimits limits,
            PressureListener listener) {
        this.arena = engine.arena();
        this.host = engine.host();
        this.probe = probe;
        this.nanoClock = nanoClock;
        this.planOfLimit = planOfLimit;
        this.limits = limits;
        this.reclaimer =
                new Reclaimer(
                        arena,
                        pools,
                        new Reclaimer.FileCache(probe::activeFileBytes, engine.dropFilePages()),
                        nanoClock);
        this.news = new PressureNews(listener);
        engine.store().listen(pools);
        inputs.nowNanos = nanoClock.getAsLong();
        writers = new WriterTally(host, tally, inputs.nowNanos);
        probe.fill(inputs);
        limitBytes = inputs.tightestLimitBytes;
        plan = planOfLimit.apply(limitBytes);
        configuredBytes = budget();
    }

    /// One that asks the system.
    ///
    /// @param reader is the controller's own from now on, but for closing it
    /// @param nanoClock a time that never goes back
    /// @param planOfLimit what the arena may take under a limit of the container, in bytes ({@link
    ///   PressureView#UNLIMITED} for none); asked at the start and when the limit changes
    public static PressureController of(
            Engine engine,
            MemoryReader reader,
            LongSupplier nanoClock,
            LongFunction<MemoryPlan> planOfLimit,
            PressureListener listener) {
        return new PressureController(
                engine,
                new SystemProbe(reader),
                nanoClock,
                planOfLimit,
                PressureLimits.defaults(),
                listener);
    }

    private long budget() {
        return Math.min(plan.arenaBytes(), (long) arena.totalFrames() << Frames.FRAME_SHIFT);
    }

    // --- The ticking thread ----------------------------------------------------------------------

    /// Looks at the machine and does what is to be done.
    public void tick() {
        boolean wantsBlocks;
        boolean isReleasing;
        boolean isExhausted;
        boolean isAboveHeld;
        long roomBytes;
        StepTally also;
        lock.lock();
        try {
            look();
            decide();
            isReleasing = decision.releaseBytes > 0;
            isExhausted = isExhausted();
            isAboveHeld = isAboveHeld();
            roomBytes = decision.roomBytes;
            wantsBlocks = balloon.wantsBlocks() && decision.level == PressureLevel.CALM;
            also = request == null ? tally : request.tally();
        } finally {
            lock.unlock();
        }
        admit(isExhausted);
        releasedBytes = 0;
        if (isReleasing) {
            releasedBytes = reclaimer.run(decision(), roomBytes, tally, also);
        } else if (isAboveHeld) {
            releasedBytes = reclaimer.dropFilePages(tally);
        } else if (wantsBlocks && reclaimer.freeBlocks(tally)) {
            blocksAreFree();
        }
        endRequest();
        tell();
    }

    /// Only the ticking thread changes it.
    @SuppressWarnings("GuardedBy")
    private PressureDecision decision() {
        return decision;
    }

    @GuardedBy("lock")
    private void look() {
        inputs.nowNanos = nanoClock.getAsLong();
        inputs.ownedFrameBytes = Reclaimer.bytes(arena.budget().usedPages());
        inputs.warmFrameBytes = Reclaimer.bytes(arena.warmFrames());
        inputs.stuckWarmBytes = Reclaimer.bytes(arena.defragmenter().stuckWarmFrames());
        inputs.frameBudgetBytes = Reclaimer.bytes(arena.budget().limitPages());
        probe.fill(inputs);
        inputs.releasedBytes = releasedBytes;
        inputs.waitingWriters = admission == WriteAdmission.OPEN ? 0 : host.waitingWrites();
        if (writers.note(inputs.nowNanos, inputs.waitingWriters)) {
            news.released(inputs.nowNanos);
        }
        oomEvents += inputs.oomEvents;
        if (inputs.tightestLimitBytes != limitBytes) {
            long before = limitBytes;
            news.limitChanged(before);
            limitBytes = inputs.tightestLimitBytes;
            plan = planOfLimit.apply(limitBytes);
            configuredBytes = budget();
            // It was for this; and what somebody adds is to be used.
            heldWorkingSetBytes = NOT_HELD;
            heldBytes = limitBytes > before ? NOT_HELD : heldBytes;
        }
        if (heldBytes != NOT_HELD && inputs.nowNanos - heldUntilNanos >= 0) {
            heldBytes = NOT_HELD;
            heldWorkingSetBytes = NOT_HELD;
        }
        if (balloon.expire(inputs.nowNanos)) {
            news.balloonChanged();
        }
        long ballooned = balloon.takenBytes(configuredBytes);
        inputs.configuredBudgetBytes =
                Math.min(heldBytes, configuredBytes - ballooned) & -Frames.FRAME_BYTES;
        arena.budget().setUncutPages(inputs.configuredBudgetBytes >> Frames.FRAME_SHIFT);
        if (heldBytes < configuredBytes - ballooned) {
            inputs.budgetReason = PressureReason.REQUESTED;
        } else {
            inputs.budgetReason = ballooned > 0 ? PressureReason.BALLOON : PressureReason.LIMIT;
        }
        inputs.hasDurablePools = pools.hasDurable();
        inputs.requestedReleaseBytes = request == null ? 0 : request.update(inputs);
        lookAtPools();
    }

    /// What could be released is asked for only when something is to be: it costs a look at every
    /// class of every pool.
    @GuardedBy("lock")
    private void lookAtPools() {
        boolean isNear =
                decision.level != PressureLevel.CALM
                        || inputs.requestedReleaseBytes > 0
                        || inputs.waitingWriters > 0
                        || inputs.ownedFrameBytes > inputs.configuredBudgetBytes
                        || inputs.frameBudgetBytes < inputs.configuredBudgetBytes
                        || inputs.oomEvents > 0
                        || headroomBytes() < 2 * decision.highBytes;
        inputs.compactableBytes = isNear ? Reclaimer.bytes(pools.compactablePages()) : 0;
        inputs.defragmentableBytes = isNear ? reclaimer.defragmentableBytes() : 0;
        inputs.evictableBytes = isNear ? Reclaimer.bytes(pools.evictablePages(true)) : 0;
        inputs.evictPolicyBytes = isNear ? Reclaimer.bytes(pools.evictablePages(false)) : 0;
        // What is to be given back does not include them.
        boolean isRelease = request != null && request.isRelease();
        boolean haveFiles =
                inputs.hasDurablePools
                        && !isRelease
                        && reclaimer.mayDropFilePages(inputs.activeFileBytes);
        inputs.filePageBytes = haveFiles ? inputs.activeFileBytes : 0;
    }

    @GuardedBy("lock")
    private long headroomBytes() {
        long below =
                inputs.limitBytes == PressureInputs.NONE
                        ? PressureInputs.NONE
                        : inputs.limitBytes - inputs.workingSetBytes;
        return Math.min(below, inputs.availableBytes);
    }

    @GuardedBy("lock")
    private void decide() {
        PressureLevel before = decision.level;
        PressurePolicy.decide(inputs, limits, state, decision);
        arena.budget().setLimitPages(decision.frameBudgetBytes >> Frames.FRAME_SHIFT);
        if (decision.level != before) {
            news.levelChanged(before);
        }
        if (decision.releaseBytes > 0) {
            news.released(inputs.nowNanos);
        }
    }

    /// Whether not even a durable pool could make room for a writer now.
    @GuardedBy("lock")
    private boolean isExhausted() {
        return inputs.hasDurablePools
                && decision.frameBudgetBytes < inputs.configuredBudgetBytes
                && inputs.ownedFrameBytes + WRITER_BYTES > decision.frameBudgetBytes
                && inputs.compactableBytes < WRITER_BYTES
                && inputs.evictableBytes + inputs.evictPolicyBytes < WRITER_BYTES;
    }

    private void admit(boolean isExhausted) {
        WriteAdmission next =
                switch (decision().level) {
                    case CALM, TIGHT -> isExhausted ? WriteAdmission.WAIT : WriteAdmission.OPEN;
                    case SQUEEZED -> WriteAdmission.WAIT;
                    case REFUSING -> WriteAdmission.REFUSE;
                };
        if (next != admission) {
            admission = next;
            host.admit(next);
        }
    }

    private void blocksAreFree() {
        lock.lock();
        try {
            balloon.blocksAreFree();
        } finally {
            lock.unlock();
        }
        news.balloonChanged();
    }

    /// Answers who asked for a shrink, when it has ended.
    private void endRequest() {
        ShrinkRequest ended = null;
        ShrinkReport report = ShrinkReport.BUSY;
        lock.lock();
        try {
            ShrinkRequest now = request;
            if (now == null) {
                return;
            }
            ShrinkReport.Outcome outcome = now.outcome(inputs.nowNanos);
            if (outcome != ShrinkReport.Outcome.BUSY) {
                ended = now;
                report = endLocked(now, outcome);
            }
        } finally {
            lock.unlock();
        }
        if (ended != null) {
            news.shrunk(report);
            ended.complete(report);
        }
    }

    @GuardedBy("lock")
    private ShrinkReport endLocked(ShrinkRequest ended, ShrinkReport.Outcome outcome) {
        request = null;
        long heldNanos = 0;
        if (outcome == ShrinkReport.Outcome.REACHED) {
            // Or writers would have it again before the container's limit is lowered. One that
            // holds nothing ends what an earlier one holds.
            heldNanos = ended.holdNanos();
            heldBytes = heldNanos > 0 ? heldBytes(ended) : NOT_HELD;
            heldWorkingSetBytes = heldNanos > 0 ? ended.mostWorkingSetBytes() : NOT_HELD;
            heldUntilNanos = inputs.nowNanos + heldNanos;
        }
        long budget = Math.min(decision.frameBudgetBytes, heldBytes);
        return ended.report(outcome, budget, heldNanos, inputs.nowNanos);
    }

    /// What may be owned while a shrink is held: what is, and what it released more than it was
    /// asked for; but so much that writers of durable pools get through.
    @GuardedBy("lock")
    private long heldBytes(ShrinkRequest ended) {
        long held =
                Math.min(
                        configuredBytes,
                        Saturated.plus(inputs.ownedFrameBytes, ended.surplusBytes()));
        long stays = inputs.ownedFrameBytes - inputs.evictableBytes - inputs.evictPolicyBytes;
        return inputs.hasDurablePools
                ? Math.max(held, Math.max(0, stays) + limits.writerFloorBytes())
                : held;
    }

    /// Whether readers have brought back what the kernel had dropped of the files, beyond what a
    /// shrink that is held has reached. Blobs do not go for that: it may be a neighbour who grew.
    @GuardedBy("lock")
    private boolean isAboveHeld() {
        return request == null
                && inputs.tightestWorkingSetBytes > heldWorkingSetBytes
                && inputs.filePageBytes > 0;
    }

    private void tell() {
        if (news.isAny(nanoClock.getAsLong())) {
            news.tell(nanoClock.getAsLong(), view(), balloon(), tally);
        }
    }

    // --- Anybody ---------------------------------------------------------------------------------

    /// How short memory was at the last tick.
    public PressureView view() {
        lock.lock();
        try {
            return new PressureView(
                    decision.level,
                    decision.reason,
                    state.clockNanos - state.levelSinceNanos,
                    limitBytes,
                    inputs.tightestWorkingSetBytes,
                    inputs.availableBytes,
                    new PressureView.Marks(
                            decision.headroomBytes,
                            decision.minBytes,
                            decision.lowBytes,
                            decision.highBytes),
                    decision.stallPermille,
                    new PressureView.Budget(
                            configuredBytes,
                            balloon.takenBytes(configuredBytes),
                            heldBytes,
                            Reclaimer.bytes(arena.budget().limitPages()),
                            Reclaimer.bytes(arena.budget().usedPages()),
                            Reclaimer.bytes(arena.warmFrames())),
                    host.waitingWrites(),
                    decision.retryAfterSeconds,
                    oomEvents,
                    tally.totals());
        } finally {
            lock.unlock();
        }
    }

    /// What refused writers are told, in seconds; 1 when none are refused.
    public int retryAfterSeconds() {
        lock.lock();
        try {
            return Math.max(1, decision.retryAfterSeconds);
        } finally {
            lock.unlock();
        }
    }

    /// What of the memory is for what, under the present limit.
    public MemoryPlan plan() {
        return plan;
    }

    /// Gives memory back until a target is reached, whether there is pressure or not.
    ///
    /// @param holdNanos for how long nothing is to grow back once it is reached, so that there is
    ///   time to lower the container's limit
    /// @return what came of it; BUSY at once while another one is running
    public CompletionStage<ShrinkReport> shrink(ShrinkTarget target, long holdNanos) {
        lock.lock();
        try {
            if (request != null || isClosed) {
                return CompletableFuture.completedFuture(ShrinkReport.BUSY);
            }
            request = new ShrinkRequest(target, holdNanos);
            return request.result();
        } finally {
            lock.unlock();
        }
    }

    /// Tells what a shrink would give, step by step, and changes nothing.
    public ShrinkPreview preview(ShrinkTarget target) {
        PressureInputs now = new PressureInputs();
        long wished;
        long kept;
        lock.lock();
        try {
            wished = target.missingBytes(0, inputs.tightestWorkingSetBytes);
            kept = decision.headroomBytes < decision.minBytes ? 0 : limits.writerFloorBytes();
            // Mapped ones stay; that all of them are active is on the safe side.
            now.filePageBytes =
                    inputs.hasDurablePools && !target.isRelease()
                            ? inputs.activeFileBytes - inputs.mappedFileBytes
                            : 0;
        } finally {
            lock.unlock();
        }
        now.warmFrameBytes = Reclaimer.bytes(arena.warmFrames());
        now.stuckWarmBytes = Reclaimer.bytes(arena.defragmenter().stuckWarmFrames());
        now.defragmentableBytes = reclaimer.movableBytes();
        now.compactableBytes = Reclaimer.bytes(pools.compactablePages());
        now.evictableBytes = Reclaimer.bytes(pools.evictablePages(true));
        now.evictPolicyBytes = Reclaimer.bytes(pools.evictablePages(false));
        // So much stays for writers to replace, of caches first: they are the last to give.
        long ofCaches = Math.min(kept, now.evictPolicyBytes);
        now.evictPolicyBytes -= ofCaches;
        now.evictableBytes = Math.max(0, now.evictableBytes - (kept - ofCaches));
        return ShrinkPlan.preview(wished, now);
    }

    /// Sets the balloon to a size.
    ///
    /// @param bytes what the arena may take less from now on; 0 to let it go
    /// @param leaseNanos after how long it goes by itself; {@link Long#MAX_VALUE} for never
    /// @throws IllegalArgumentException for less than 0, or more than there is
    public BalloonView setBalloon(long bytes, long leaseNanos) {
        lock.lock();
        try {
            if (bytes < 0 || bytes > Balloon.mostBytes(configuredBytes)) {
                throw new IllegalArgumentException(
                        "bytes=" + bytes + " must be 0 to " + Balloon.mostBytes(configuredBytes));
            }
            balloon.set(bytes, leaseNanos, nanoClock.getAsLong());
        } finally {
            lock.unlock();
        }
        news.balloonChanged();
        return balloon();
    }

    /// What the balloon is now.
    public BalloonView balloon() {
        ArenaStats stats = arena.stats();
        lock.lock();
        try {
            long used = Reclaimer.bytes(arena.budget().usedPages());
            long wanted = balloon.wantedBytes();
            long blocks = Math.ceilDiv(configuredBytes, Frames.PAGEBLOCK_BYTES);
            return new BalloonView(
                    wanted,
                    Math.clamp(configuredBytes - used, 0, balloon.takenBytes(configuredBytes)),
                    Math.max(0, blocks - stats.backedPageblocks()),
                    balloon.leaseNanosLeft(nanoClock.getAsLong()));
        } finally {
            lock.unlock();
        }
    }

    /// The most that a balloon can be now: what the arena may take without one, less what it needs.
    public long mostBalloonBytes() {
        lock.lock();
        try {
            return Balloon.mostBytes(configuredBytes);
        } finally {
            lock.unlock();
        }
    }

    /// Answers who still waits. No tick may come any more.
    @Override
    public void close() {
        ShrinkRequest left;
        ShrinkReport report = ShrinkReport.BUSY;
        lock.lock();
        try {
            isClosed = true;
            left = request;
            if (left != null) {
                report = endLocked(left, ShrinkReport.Outcome.STOPPED);
            }
        } finally {
            lock.unlock();
        }
        if (left != null) {
            left.complete(report);
        }
        host.admit(WriteAdmission.OPEN);
    }
}
