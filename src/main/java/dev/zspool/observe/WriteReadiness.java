package dev.zspool.observe;

import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalState;
import io.smallrye.health.api.HealthGroup;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/// Whether writes to durable pools are taken: `/q/health/group/writes`.
///
/// A check of its own, since reads go on when the disk is full or has failed: then the service must
/// stay ready.
@HealthGroup("writes")
@Singleton
final class WriteReadiness implements HealthCheck {

    private final Instance<Journal> journals;

    WriteReadiness(Instance<Journal> journals) {
        this.journals = journals;
    }

    @Override
    public HealthCheckResponse call() {
        return response(journals.isResolvable() ? journals.get().state() : JournalState.OPEN);
    }

    static HealthCheckResponse response(JournalState state) {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("writes")
                        .status(state == JournalState.OPEN)
                        .withData("journal", state.name());
        String meaning = meaningOf(state);
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
