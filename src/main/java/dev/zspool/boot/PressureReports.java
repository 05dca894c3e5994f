package dev.zspool.boot;

import dev.zspool.pressure.BalloonView;
import dev.zspool.pressure.PressureLevel;
import dev.zspool.pressure.PressureListener;
import dev.zspool.pressure.PressureView;
import dev.zspool.pressure.ShrinkReport;
import dev.zspool.pressure.StepTotals;
import dev.zspool.upkeep.EventFeed;
import dev.zspool.upkeep.EventKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/// Tells operators what is done about short memory: a line in the log and an event each.
final class PressureReports implements PressureListener {
    private static final Logger LOG = Logger.getLogger("dev.zspool.pressure");
    private static final int MIB_SHIFT = 20;

    private final EventFeed events;
    private final EngineMemory memory;
    private final LongConsumer newLimit;

    /// @param newLimit is told of another limit of the container, and must not take long
    PressureReports(EventFeed events, EngineMemory memory, LongConsumer newLimit) {
        this.events = events;
        this.memory = memory;
        this.newLimit = newLimit;
    }

    @Override
    public void levelChanged(PressureLevel before, PressureView now) {
        String line =
                String.format(
                        Locale.ROOT,
                        "Memory pressure: %s after %s (%s); %s used, limit %s, headroom %s, blobs"
                                + " may take %s",
                        now.level(),
                        before,
                        now.reason(),
                        mib(now.workingSetBytes()),
                        mib(now.limitBytes()),
                        mib(now.marks().headroomBytes()),
                        mib(now.budget().frameBudgetBytes()));
        if (now.level().isAtLeast(PressureLevel.SQUEEZED)) {
            LOG.warn(line);
        } else {
            LOG.info(line);
        }
        events.publish(
                EventKind.PRESSURE_CHANGED,
                Optional.empty(),
                Map.of(
                        "level", (long) now.level().number(),
                        "levelBefore", (long) before.number(),
                        "workingSetBytes", now.workingSetBytes(),
                        "headroomBytes", now.marks().headroomBytes(),
                        "frameBudgetBytes", now.budget().frameBudgetBytes()));
    }

    @Override
    public void released(List<StepTotals> did, PressureView now) {
        LOG.infof(
                "Memory pressure: %s; headroom %s",
                did.stream().map(PressureReports::words).collect(Collectors.joining(", ")),
                mib(now.marks().headroomBytes()));
        Map<String, Long> numbers = new TreeMap<>();
        did.forEach(step -> add(step, numbers));
        numbers.put("headroomBytes", now.marks().headroomBytes());
        events.publish(EventKind.PRESSURE_RELEASED, Optional.empty(), numbers);
    }

    private static void add(StepTotals step, Map<String, Long> numbers) {
        switch (step.step()) {
            case DIRECT_RECLAIM -> {
                numbers.put("waitedWrites", step.runs());
                numbers.put("waitedMillis", step.nanos() / 1_000_000);
            }
            case REFUSAL -> numbers.put("refusedWrites", step.runs());
            default -> {
                numbers.put(name(step) + "Bytes", step.releasedBytes());
                numbers.put(name(step) + "Millis", step.nanos() / 1_000_000);
            }
        }
    }

    private static String words(StepTotals step) {
        return switch (step.step()) {
            case DIRECT_RECLAIM ->
                    String.format(
                            Locale.ROOT,
                            "writes waited %d ms in all (%d new ones)",
                            step.nanos() / 1_000_000,
                            step.runs());
            case REFUSAL -> step.runs() + " writes were refused";
            default -> freed(step);
        };
    }

    private static String freed(StepTotals step) {
        return String.format(
                Locale.ROOT,
                "gave back %s by %s in %d ms",
                mib(step.releasedBytes()),
                step.step().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                step.nanos() / 1_000_000);
    }

    /// As in the API: `warmFrames`, `compaction`.
    private static String name(StepTotals step) {
        return switch (step.step()) {
            case NONE, WARM_FRAMES -> "warmFrames";
            case COMPACTION -> "compaction";
            case DEFRAGMENTATION -> "defragmentation";
            case FILE_PAGES -> "filePages";
            case EVICTION -> "eviction";
            case DIRECT_RECLAIM, REFUSAL -> throw new IllegalArgumentException("step=" + step);
        };
    }

    @Override
    public void limitChanged(long before, PressureView now) {
        LOG.infof(
                "The container's memory limit is %s now, it was %s; blobs may take %s",
                mib(now.limitBytes()), mib(before), mib(now.budget().configuredBytes()));
        memory.announce(now.limitBytes());
        newLimit.accept(now.limitBytes());
        events.publish(
                EventKind.LIMIT_CHANGED,
                Optional.empty(),
                Map.of(
                        "limitBytes", now.limitBytes(),
                        "limitBytesBefore", before,
                        "configuredBudgetBytes", now.budget().configuredBytes()));
    }

    @Override
    public void shrunk(ShrinkReport report) {
        LOG.infof(
                "Shrink: %s, gave back %s in %d ms, %s missing",
                report.outcome(),
                mib(report.releasedBytes()),
                report.durationNanos() / 1_000_000,
                mib(report.missingBytes()));
        events.publish(
                EventKind.SHRINK_FINISHED,
                Optional.empty(),
                Map.of(
                        "releasedBytes",
                        report.releasedBytes(),
                        "missingBytes",
                        report.missingBytes(),
                        "durationMillis",
                        report.durationNanos() / 1_000_000,
                        "reached",
                        report.outcome() == ShrinkReport.Outcome.REACHED ? 1L : 0L));
    }

    @Override
    public void balloonChanged(BalloonView balloon) {
        LOG.infof(
                "Balloon: %s wanted, %s reached",
                mib(balloon.wantedBytes()), mib(balloon.reachedBytes()));
        events.publish(
                EventKind.BALLOON_CHANGED,
                Optional.empty(),
                Map.of(
                        "wantedBytes", balloon.wantedBytes(),
                        "reachedBytes", balloon.reachedBytes()));
    }

    private static String mib(long bytes) {
        return bytes == PressureView.UNLIMITED
                ? "none"
                : String.format(Locale.ROOT, "%.1f MiB", (double) bytes / (1 << MIB_SHIFT));
    }
}
