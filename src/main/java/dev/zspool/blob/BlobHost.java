package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.PageArena;
import dev.zspool.persist.Journal;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What the pools of a service have in common. Thread-safe.
public final class BlobHost {
    /// Three blocks: less would let no long body in.
    public static final long MIN_BODY_BUDGET_BYTES = 3L * Blocks.BLOCK_BYTES;

    /// The sequence of a start begins at its second times 2^20, so that it is above those before
    /// it.
    private static final int SEQUENCES_PER_SECOND_BITS = 20;

    private final PageArena arena;
    private final BlockCompressor compressor;
    private final Executor workers;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final BodyBudget bodies;
    private final SharedRoom sharedRoom;
    private final AtomicLong lastSequence;
    private final @Nullable Journal journal;
    private final Executor readers;

    /// One for all pools: empty pools are to cost little.
    final RecentReads recentReads = new RecentReads();

    /// @param arena where memory comes from
    /// @param workers encode the blocks of long bodies; bounded by whoever made them
    /// @param clock the time of writes, of their ends and of leases
    /// @param random makes the secrets of pools and the names of leases; thread-safe
    /// @param bodyBudgetBytes the most heap that bodies under way may take, whatever pool they are
    ///   for
    /// @throws IllegalArgumentException for a budget that would let no long body in
    public BlobHost(
            PageArena arena,
            BlockCompressor compressor,
            Executor workers,
            InstantSource clock,
            RandomGenerator random,
            long bodyBudgetBytes) {
        if (bodyBudgetBytes < MIN_BODY_BUDGET_BYTES) {
            throw new IllegalArgumentException(
                    "bodyBudgetBytes=" + bodyBudgetBytes + " is below " + MIN_BODY_BUDGET_BYTES);
        }
        this.arena = arena;
        this.compressor = compressor;
        this.workers = workers;
        this.clock = clock;
        this.random = random;
        this.bodies = new BodyBudget(bodyBudgetBytes);
        this.lastSequence =
                new AtomicLong(clock.instant().getEpochSecond() << SEQUENCES_PER_SECOND_BITS);
        this.sharedRoom = new SharedRoom(arena.budget()::freePages);
        this.journal = null;
        this.readers = workers;
    }

    private BlobHost(BlobHost memoryOnly, Journal journal, Executor readers) {
        this.arena = memoryOnly.arena;
        this.compressor = memoryOnly.compressor;
        this.workers = memoryOnly.workers;
        this.clock = memoryOnly.clock;
        this.random = memoryOnly.random;
        this.bodies = memoryOnly.bodies;
        this.sharedRoom = memoryOnly.sharedRoom;
        // Also above what was written before, if the clock went back.
        this.lastSequence =
                new AtomicLong(Math.max(memoryOnly.lastSequence.get(), journal.lastSequence()));
        this.journal = journal;
        this.readers = readers;
    }

    /// The same with a journal, for pools that are durable. This one must not be used any more.
    ///
    /// @param diskReaders run what waits for the disk; bounded by whoever made them
    public BlobHost withJournal(Journal keeper, Executor diskReaders) {
        return new BlobHost(this, keeper, diskReaders);
    }

    /// Where durable blobs and the pools' definitions are kept; empty when nothing is.
    Optional<Journal> journal() {
        return Optional.ofNullable(journal);
    }

    /// Run what waits for the disk.
    Executor readers() {
        return readers;
    }

    /// The number of the next write: never given out before, by no pool, so that a pool that was
    /// destroyed and made anew does not repeat an entity tag.
    long nextSequence() {
        return lastSequence.incrementAndGet();
    }

    PageArena arena() {
        return arena;
    }

    BlockCompressor compressor() {
        return compressor;
    }

    Executor workers() {
        return workers;
    }

    InstantSource clock() {
        return clock;
    }

    RandomGenerator random() {
        return random;
    }

    BodyBudget bodies() {
        return bodies;
    }

    SharedRoom sharedRoom() {
        return sharedRoom;
    }

    /// Lets writes in, makes them wait, or refuses them, whatever pool they are for.
    public void admit(WriteAdmission admission) {
        bodies.admit(admission);
    }

    /// Whether writes are let in.
    public WriteAdmission admission() {
        return bodies.admission();
    }

    /// How many writes wait to be let in, or for heap for their bodies.
    public int waitingWrites() {
        return bodies.waiting();
    }

    /// How many writes had to wait to be let in, since the start.
    public long pausedWrites() {
        return bodies.pausedClaims();
    }

    /// How many writes were refused because memory was short, since the start.
    public long refusedWrites() {
        return bodies.refusedClaims();
    }

    /// Heap that bodies under way have claimed.
    public long bodyBytes() {
        return bodies.usedBytes();
    }
}
