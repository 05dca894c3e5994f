package dev.zspool.boot;

import dev.zspool.config.ZspoolConfig;
import dev.zspool.http.OpenConnections;
import dev.zspool.observe.MemorySamples;
import dev.zspool.upkeep.EventFeed;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/// What happens between the signal to stop and the end of the server: readiness goes off at once,
/// everything is served as before while others learn of that, then no new connections are taken and
/// the requests under way end. The engine and its journal are closed behind it.
@Readiness
@Singleton
final class Stopping implements HealthCheck {
    private static final Logger LOG = Logger.getLogger(Stopping.class);

    private static final long LOOK_MILLIS = 10;

    private final ZspoolConfig.Shutdown config;
    private final OpenConnections connections;
    private final EventFeed events;
    private final MemorySamples samples;
    private volatile boolean isStopping;

    Stopping(
            ZspoolConfig config,
            OpenConnections connections,
            EventFeed events,
            MemorySamples samples) {
        this.config = config.shutdown();
        this.connections = connections;
        this.events = events;
        this.samples = samples;
    }

    /// The first that the framework tells of a stop; it waits for this to return.
    void stop(@Observes ShutdownDelayInitiatedEvent asked) {
        isStopping = true;
        try {
            drain(config.delay(), config.timeout());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain(Duration delay, Duration timeout) throws InterruptedException {
        connections.leave();
        if (delay.isPositive()) {
            LOG.infof("Stopping: not ready any more; new connections are taken for %s", delay);
            Thread.sleep(delay);
        }
        // They never end by themselves; who listens comes back elsewhere.
        events.end();
        samples.end();
        long deadline = System.nanoTime() + timeout.toNanos();
        connections.close();
        while (connections.count() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_MILLIS);
            connections.close();
        }
        int left = connections.count();
        if (left > 0) {
            LOG.warnf(
                    "Stopping: after %s %d connections have a request under way, or an answer that"
                            + " was not fetched; they are cut",
                    timeout, left);
        }
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("serving").status(!isStopping).build();
    }
}
