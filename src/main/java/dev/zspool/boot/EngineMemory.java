package dev.zspool.boot;

import dev.zspool.config.ZspoolConfig;
import dev.zspool.observe.JvmMemory;
import dev.zspool.os.MemoryReader;
import dev.zspool.os.MemorySample;
import dev.zspool.os.PressureTrigger;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.pressure.MemoryPlan;
import dev.zspool.pressure.PressureController;
import dev.zspool.pressure.PressureLimits;
import dev.zspool.pressure.PressureListener;
import dev.zspool.pressure.PressureView;
import io.quarkus.runtime.configuration.MemorySize;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// How much memory there is for the engine, and who says so.
final class EngineMemory implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EngineMemory.class);
    private static final Path ROOT = Path.of("/");

    /// So far the budget of the start may grow, when a container's limit is raised, before the
    /// address range is the bound; and so far in any case. A gigabyte of it costs some 100 KiB.
    private static final int GROWTH = 16;

    private static final long LEAST_RANGE_BYTES = 4L << 30;

    /// Index and tables of blobs of some 700 bytes take so little.
    private static final int TABLE_SHARE = 16;

    /// What classes and compiled code grow by after the start, under any load that was seen.
    private static final long METASPACE_GROWTH_BYTES = 12L << 20;

    private static final long CODE_GROWTH_BYTES = 20L << 20;

    /// Of a stack so much is touched, about.
    private static final long STACK_BYTES = 96L << 10;

    /// Threads that come later: event loops, readers, workers.
    private static final int MORE_THREADS = 32;

    private final ZspoolConfig config;
    private final MemoryReader reader;
    private final MemorySample sample = new MemorySample();
    private final MemoryPlan.Others others;
    private final Optional<Long> wantedBytes;
    private final long rangeBytes;

    /// @throws IllegalStateException when nobody says how much memory there is
    EngineMemory(ZspoolConfig config) {
        this.config = config;
        this.reader = MemoryReader.open(ROOT, PressureLimits.defaults().high()::of);
        reader.sample(sample);
        this.others = expected(config.journal().memory().asLongValue());
        this.wantedBytes = config.arena().size().map(MemorySize::asLongValue);
        long budget = unbounded(sample.limitBytes()).arenaBytes();
        this.rangeBytes =
                wantedBytes.isPresent() ? budget : rangeBytes(budget, sample.totalBytes());
    }

    /// How much address space the arena has, so that the budget can grow without a restart.
    static long rangeBytes(long budgetBytes, long machineBytes) {
        long grown = Math.max(GROWTH * budgetBytes, LEAST_RANGE_BYTES);
        long range = Math.max(budgetBytes, Math.min(grown, machineBytes / 2));
        return Math.min(
                Math.ceilDiv(range, Frames.PAGEBLOCK_BYTES) * Frames.PAGEBLOCK_BYTES,
                ConfigCheck.MAX_ARENA_BYTES);
    }

    private static MemoryPlan.Others expected(long journalBytes) {
        JvmMemory now = JvmMemory.now();
        JvmMemory most = JvmMemory.most();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount() + MORE_THREADS;
        return new MemoryPlan.Others(
                most.heapBytes(),
                most.directBytes(),
                Math.min(most.metaspaceBytes(), now.metaspaceBytes() + METASPACE_GROWTH_BYTES),
                Math.min(most.codeBytes(), now.codeBytes() + CODE_GROWTH_BYTES),
                threads * STACK_BYTES,
                journalBytes);
    }

    /// What the arena is like: a range that lets the container grow, and a budget by the plan.
    ArenaOptions arenaOptions() {
        int warmFrames = Math.toIntExact(config.arena().warm().asLongValue() >> Frames.FRAME_SHIFT);
        return new ArenaOptions(
                rangeBytes,
                plan(sample.limitBytes()).arenaBytes() >> Frames.FRAME_SHIFT,
                warmFrames,
                config.arena().hugePages());
    }

    /// The limit of a pool that does not say one: less than the arena's, of which the index and the
    /// tables take a part; else it would not be the pool that is full, but the service.
    long defaultPoolBytes(long limitBytes) {
        long budget = plan(limitBytes).arenaBytes();
        return (budget - budget / TABLE_SHARE) & -Frames.FRAME_BYTES;
    }

    /// The container's limit at the start.
    long limitBytes() {
        return sample.limitBytes();
    }

    /// How memory is shared out under a limit, as far as the address range goes.
    MemoryPlan plan(long limitBytes) {
        MemoryPlan plan = unbounded(limitBytes);
        return plan.withArena(Math.min(plan.arenaBytes(), rangeBytes));
    }

    private MemoryPlan unbounded(long limitBytes) {
        if (sample.totalBytes() <= 0 && limitBytes == PressureView.UNLIMITED) {
            throw new IllegalStateException(
                    "The size of the memory is not known here: set zspool.arena.size");
        }
        long machine = sample.totalBytes() > 0 ? sample.totalBytes() : limitBytes;
        MemoryPlan computed = MemoryPlan.of(limitBytes, machine, others);
        // What is configured was checked.
        return wantedBytes
                .map(bytes -> computed.withArena(bytes & -Frames.PAGEBLOCK_BYTES))
                .orElse(computed);
    }

    /// Says how it is shared out now.
    void announce(long limitBytes) {
        MemoryPlan plan = plan(limitBytes);
        if (plan.arenaBytes() < unbounded(limitBytes).arenaBytes()) {
            LOG.warnf(
                    "Blobs may take no more than %d MiB until the next start: so much address space"
                            + " was set aside at this one",
                    rangeBytes >> 20);
        }
        LOG.infof(
                "Memory: %d MiB %s%s; less %s: %d MiB for blobs%s",
                plan.basisBytes() >> 20,
                plan.isLimited() ? "is the container's limit" : "is half of the machine's",
                plan.isLimited() ? " (" + reader.describe() + ")" : "",
                plan.parts().stream()
                        .map(part -> part.name() + ' ' + (part.bytes() >> 20))
                        .collect(Collectors.joining(", ")),
                plan.arenaBytes() >> 20,
                wantedBytes.isPresent() ? ", as zspool.arena.size says" : "");
    }

    PressureController controller(PressureController.Engine engine, PressureListener listener) {
        announce(sample.limitBytes());
        return PressureController.of(engine, reader, System::nanoTime, this::plan, listener);
    }

    /// What wakes the watch.
    PressureTrigger trigger() {
        PressureTrigger trigger = PressureTrigger.arm(ROOT, System.getenv(), System::nanoTime);
        LOG.infof("Memory pressure: looked at regularly, and %s", trigger.describe());
        return trigger;
    }

    @Override
    public void close() {
        reader.close();
    }
}
