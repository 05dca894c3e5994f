package dev.zspool.observe;

import dev.zspool.pressure.PressureController;
import dev.zspool.pressure.PressureView;
import dev.zspool.pressure.ShrinkStep;
import dev.zspool.pressure.StepTotals;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// How short memory is as meters `zspool.pressure.*`, and what was done about it as
/// `zspool.shrink.*`.
@Singleton
final class PressureMeters implements MeterBinder {

    /// Those that free something, and those that writers feel.
    static final Set<ShrinkStep> STEPS = EnumSet.range(ShrinkStep.WARM_FRAMES, ShrinkStep.REFUSAL);

    private static final String PREFIX = "zspool.pressure.";
    private static final String SHRINK = "zspool.shrink";
    private static final double NANOS_PER_SECOND = 1e9;

    /// As often as the machine is looked at.
    static final long FRESH_MILLIS = 100;

    private final Supplier<PressureView> view;

    PressureMeters(PressureController controller, InstantSource clock) {
        this.view = new RecentView<>(controller::view, clock, FRESH_MILLIS);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        bind(view, registry);
    }

    static void bind(Supplier<PressureView> view, MeterRegistry registry) {
        gauge(
                        view,
                        "level",
                        now -> now.level().number(),
                        "How short memory is: 0 calm, 1 tight, 2 squeezed, 3 refusing")
                .register(registry);
        gauge(
                        view,
                        "stall",
                        now -> now.stallPermille() / 1000.0,
                        "Share of the time that tasks of the container stood still for memory lately")
                .baseUnit("ratio")
                .register(registry);
        gauge(view, "waiting", PressureView::waitingWriters, "Writes that wait for memory now")
                .baseUnit("writers")
                .register(registry);
        bytes(
                        view,
                        "limit",
                        PressureView::limitBytes,
                        "The container's memory limit; NaN without one")
                .register(registry);
        bytes(
                        view,
                        "working.set",
                        PressureView::workingSetBytes,
                        "Memory of the container that counts against its limit")
                .register(registry);
        bytes(
                        view,
                        "headroom",
                        now -> now.marks().headroomBytes(),
                        "Memory that is left below the limit; NaN where it is not known")
                .register(registry);
        bytes(
                        view,
                        "frame.budget",
                        now -> now.budget().frameBudgetBytes(),
                        "What blobs, their index and their tables may take now")
                .register(registry);
        FunctionCounter.builder(PREFIX + "oom", view, source -> source.get().oomEvents())
                .description("How often the container ran out of memory")
                .baseUnit(BaseUnits.EVENTS)
                .register(registry);
        STEPS.forEach(step -> bindStep(view, step, registry));
    }

    private static void bindStep(
            Supplier<PressureView> view, ShrinkStep step, MeterRegistry registry) {
        counter(
                        view,
                        step,
                        ".released",
                        StepTotals::releasedBytes,
                        "Memory that a step of giving back made free")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
        counter(
                        view,
                        step,
                        ".runs",
                        StepTotals::runs,
                        "How often a step of giving back was used; how many writes waited, or were refused")
                .register(registry);
        counter(
                        view,
                        step,
                        "",
                        totals -> totals.nanos() / NANOS_PER_SECOND,
                        "Time spent in a step of giving back; how long writes waited")
                .baseUnit("seconds")
                .register(registry);
    }

    private static FunctionCounter.Builder<Supplier<PressureView>> counter(
            Supplier<PressureView> view,
            ShrinkStep step,
            String name,
            ToDoubleFunction<StepTotals> value,
            String description) {
        return FunctionCounter.builder(
                        SHRINK + name,
                        view,
                        source ->
                                source.get().steps().stream()
                                        .filter(totals -> totals.step() == step)
                                        .mapToDouble(value)
                                        .sum())
                .tag("step", step.name().toLowerCase(Locale.ROOT))
                .description(description);
    }

    private static Gauge.Builder<Supplier<PressureView>> bytes(
            Supplier<PressureView> view,
            String name,
            ToLongFunction<PressureView> value,
            String description) {
        return gauge(view, name, now -> known(value.applyAsLong(now)), description)
                .baseUnit(BaseUnits.BYTES);
    }

    private static double known(long bytes) {
        return bytes == PressureView.UNLIMITED ? Double.NaN : bytes;
    }

    private static Gauge.Builder<Supplier<PressureView>> gauge(
            Supplier<PressureView> view,
            String name,
            ToDoubleFunction<PressureView> value,
            String description) {
        return Gauge.builder(PREFIX + name, view, source -> value.applyAsDouble(source.get()))
                .description(description);
    }
}
