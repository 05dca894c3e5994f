package dev.zspool.observe;

import dev.zspool.pressure.MemoryPlan;
import dev.zspool.pressure.PressureController;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// The table of the process's memory as meters `zspool.memory.*`: what is in memory, and what it
/// was planned to be, by what for.
@Singleton
final class MemoryMeters implements MeterBinder {

    /// Asking reads all mappings of the process, which takes milliseconds.
    private static final long FRESH_MILLIS = 5000;

    private static final String PREFIX = "zspool.memory.";
    private static final String TAG = "part";

    private final PressureController pressure;

    /// Kept here: a meter does not keep what it asks.
    private final Supplier<List<MemorySnapshot.ResidentPart>> resident;

    /// @param memory is asked for at the first scrape: to ask the JVM where its memory is takes
    ///   some megabytes for ever
    MemoryMeters(
            Instance<MemoryOverview> memory, PressureController pressure, InstantSource clock) {
        this.pressure = pressure;
        this.resident = new RecentView<>(() -> memory.get().resident(), clock, FRESH_MILLIS);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (String part : ResidentMemory.PARTS) {
            Gauge.builder(PREFIX + "resident", resident, parts -> bytesOf(part, parts.get()))
                    .description("Memory of the process by what for; NaN where it is not known")
                    .tag(TAG, snakeCase(part))
                    .baseUnit(BaseUnits.BYTES)
                    .register(registry);
        }
        MemoryPlan plan = pressure.plan();
        for (MemoryPlan.Part part : plan.parts()) {
            plan(part.name(), part.bytes(), registry);
        }
        plan("blobs", plan.arenaBytes(), registry);
    }

    private static void plan(String part, long bytes, MeterRegistry registry) {
        Gauge.builder(PREFIX + "plan", () -> bytes)
                .description("How memory was shared out at the start")
                .tag(TAG, snakeCase(part))
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
    }

    private static double bytesOf(String part, List<MemorySnapshot.ResidentPart> parts) {
        return parts.stream()
                .filter(one -> one.name().equals(part))
                .mapToDouble(MemorySnapshot.ResidentPart::bytes)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([A-Z])", " $1").replace(' ', '_').toLowerCase(Locale.ROOT);
    }
}
