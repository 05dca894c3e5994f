package dev.zspool.blob;

import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.PageArena;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

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
    private final AtomicLong lastSequence;

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

    /// Heap that bodies under way have claimed.
    public long bodyBytes() {
        return bodies.usedBytes();
    }
}
