package dev.zspool.observe;

import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalState;
import dev.zspool.pressure.PressureController;
import dev.zspool.pressure.PressureLevel;
import io.smallrye.health.api.HealthGroup;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/// Whether writes are taken: `/q/health/group/writes`.
///
/// A check of its own, since reads go on when the disk is full or has failed, and when memory is
/// short: then the service must stay ready.
@HealthGroup("writes")
@Singleton
final class WriteReadiness implements HealthCheck {

    private static final String NO_MEMORY =
            "Memory is short and nothing more can be given up: PUT and POST are answered with 503,"
                    + " reads and deletes go on. It recovers by itself when there is memory.";

    private final Instance<Journal> journals;
    private final PressureController pressure;

    WriteReadiness(Instance<Journal> journals, PressureController pressure) {
        this.journals = journals;
        this.pressure = pressure;
    }

    @Override
    public HealthCheckResponse call() {
        return response(
                journals.isResolvable() ? journals.get().state() : JournalState.OPEN,
                pressure.view().level());
    }

    static HealthCheckResponse response(JournalState state, PressureLevel level) {
        boolean isRefused = level.isAtLeast(PressureLevel.REFUSING);
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("writes")
                        .status(state == JournalState.OPEN && !isRefused)
                        .withData("journal", state.name())
                        .withData("pressure", level.name());
        String meaning = isRefused && state == JournalState.OPEN ? NO_MEMORY : meaningOf(state);
        return meaning.isEmpty() ? response.build() : response.withData("meaning", meaning).build();
    }

    private static String meaningOf(JournalState state) {
        return switch (state) {
            case OPEN -> "";
            case DISK_FULL ->
                    "The disk of the data directory is full: PUT and POST are answered with 507,"
                            + " reads and deletes go on. Make room; it goes on by itself.";
            case FAILED ->
                    "The disk of the data directory failed: writes and deletes are answered with 503,"
                            + " reads of what is in memory go on. The log says what failed.";
            case CLOSED -> "The service is stopping.";
        };
    }
}
