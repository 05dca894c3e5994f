package dev.zspool.observe;

import dev.zspool.identity.Callers;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Locale;

/// Requests that were refused because of who sent them, as meters `zspool.identity.*`.
@Singleton
final class IdentityMeters implements MeterBinder {

    private final Instance<Callers> callers;

    IdentityMeters(Instance<Callers> callers) {
        this.callers = callers;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        if (!callers.isResolvable()) {
            return;
        }
        for (Callers.Refusal refusal : Callers.Refusal.values()) {
            FunctionCounter.builder(
                            "zspool.identity.refused.requests",
                            callers.get(),
                            source -> source.refusals(refusal))
                    .description(
                            "Requests of callers who showed nothing (absent), nothing good (wrong), too much"
                                    + " of that (limited), or whom nobody could tell (unavailable)")
                    .tag("reason", refusal.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }
}
