package dev.zspool.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.pressure.PressureLevel;
import dev.zspool.pressure.PressureReason;
import dev.zspool.pressure.PressureView;
import dev.zspool.pressure.ShrinkStep;
import dev.zspool.pressure.StepTotals;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// What operators see of short memory, as meters.
final class PressureObserveTest {

    private static PressureView view(long limitBytes) {
        return new PressureView(
                PressureLevel.SQUEEZED,
                PressureReason.HEADROOM,
                1,
                limitBytes,
                300,
                5000,
                new PressureView.Marks(
                        limitBytes == PressureView.UNLIMITED ? limitBytes : limitBytes - 300,
                        1,
                        2,
                        3),
                250,
                new PressureView.Budget(1000, 100, 600, 900, 800, 70),
                4,
                9,
                5,
                List.of(new StepTotals(ShrinkStep.EVICTION, 6, 7, 2_500_000_000L)));
    }

    private static double gauge(SimpleMeterRegistry registry, String name) {
        return registry.get("zspool.pressure." + name).gauge().value();
    }

    private static double counter(SimpleMeterRegistry registry, String name, String step) {
        return registry.get("zspool.shrink" + name).tag("step", step).functionCounter().count();
    }

    @Test
    void everyMeterHasADescriptionAndItsValue() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Supplier<PressureView> source = () -> view(280);
        PressureMeters.bind(source, registry);
        assertEquals(8 + 3 * PressureMeters.STEPS.size(), registry.getMeters().size());
        for (Meter meter : registry.getMeters()) {
            assertFalse(String.valueOf(meter.getId().getDescription()).isEmpty());
        }
        assertEquals(2, gauge(registry, "level"));
        assertEquals(0.25, gauge(registry, "stall"));
        assertEquals(4, gauge(registry, "waiting"));
        assertEquals(280, gauge(registry, "limit"));
        assertEquals(300, gauge(registry, "working.set"));
        assertEquals(-20, gauge(registry, "headroom"));
        assertEquals(900, gauge(registry, "frame.budget"));
        assertEquals(5, registry.get("zspool.pressure.oom").functionCounter().count());
        assertEquals(7, counter(registry, ".released", "eviction"));
        assertEquals(6, counter(registry, ".runs", "eviction"));
        assertEquals(2.5, counter(registry, "", "eviction"));
        assertEquals(0, counter(registry, ".runs", "warm_frames"));
    }

    @Test
    void noLimitIsNoNumber() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Supplier<PressureView> source = () -> view(PressureView.UNLIMITED);
        PressureMeters.bind(source, registry);
        assertTrue(Double.isNaN(gauge(registry, "limit")));
        assertTrue(Double.isNaN(gauge(registry, "headroom")));
    }

    @Test
    void allMetersShareOneLook() {
        AtomicInteger looks = new AtomicInteger();
        AtomicLong millis = new AtomicLong(1_000_000);
        Supplier<PressureView> source =
                new RecentView<>(
                        () -> {
                            looks.incrementAndGet();
                            return view(280);
                        },
                        () -> Instant.ofEpochMilli(millis.get()),
                        PressureMeters.FRESH_MILLIS);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        PressureMeters.bind(source, registry);
        assertTrue(total(registry) > 0);
        assertTrue(total(registry) > 0);
        assertEquals(1, looks.get());
        millis.addAndGet(PressureMeters.FRESH_MILLIS);
        assertTrue(total(registry) > 0);
        assertEquals(2, looks.get());
        millis.addAndGet(-1);
        assertTrue(total(registry) > 0);
        assertEquals(3, looks.get(), "the clock was set back");
    }

    private static double total(SimpleMeterRegistry registry) {
        double total = 0;
        for (Meter meter : registry.getMeters()) {
            for (Measurement measured : meter.measure()) {
                total += measured.getValue();
            }
        }
        return total;
    }
}
