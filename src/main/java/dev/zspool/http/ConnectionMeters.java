package dev.zspool.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;

/// The connections of the ports, as meters `zspool.http.*`.
@Singleton
final class ConnectionMeters implements MeterBinder {
    private static final String UNIT = "connections";

    private final ConnectionCounts counts;

    ConnectionMeters(ConnectionCounts counts) {
        this.counts = counts;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("zspool.http.open", counts, ConnectionCounts::open)
                .description("Connections that there are, at both ports")
                .baseUnit(UNIT)
                .register(registry);
        Gauge.builder("zspool.http.limit", counts, ConnectionCounts::most)
                .description("Connections that a port may have; three quarters may be one client's")
                .baseUnit(UNIT)
                .register(registry);
        gone(registry, "refused", ConnectionCounts::refused);
        gone(registry, "displaced", ConnectionCounts::displaced);
        gone(registry, "late", ConnectionCounts::late);
    }

    private void gone(
            MeterRegistry registry, String reason, ToDoubleFunction<ConnectionCounts> count) {
        FunctionCounter.builder("zspool.http.closed", counts, count)
                .description(
                        "Connections that were closed since there was no place (refused), since another took"
                                + " theirs while they waited (displaced), or since the head of a request took"
                                + " too long (late)")
                .tag("reason", reason)
                .baseUnit(UNIT)
                .register(registry);
    }
}
