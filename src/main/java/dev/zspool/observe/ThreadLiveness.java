package dev.zspool.observe;

import io.netty.channel.EventLoopGroup;
import io.quarkus.netty.MainEventLoopGroup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/// Alive as long as threads go on: none of them waits for another one that waits for it, and every
/// event loop works off what it is given. A restart cures these, and nothing else that is known: it
/// empties memory, so neither pressure nor a disk is a reason for it.
@Liveness
@Singleton
final class ThreadLiveness implements HealthCheck {

    private final LoopPings pings;

    @Inject
    ThreadLiveness(@MainEventLoopGroup EventLoopGroup loops, InstantSource clock) {
        this(new LoopPings(loops, clock));
    }

    ThreadLiveness(LoopPings pings) {
        this.pings = pings;
    }

    @Override
    public HealthCheckResponse call() {
        List<String> deadlocked = deadlocked();
        int stuck = pings.stuck();
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("threads")
                        .status(deadlocked.isEmpty() && stuck == 0)
                        .withData("eventLoops", pings.loops())
                        .withData("stuckEventLoops", stuck);
        return deadlocked.isEmpty()
                ? response.build()
                : response.withData("deadlocked", String.join(", ", deadlocked)).build();
    }

    private static List<String> deadlocked() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] found = threads.findDeadlockedThreads();
        return found == null
                ? List.of()
                : Arrays.stream(threads.getThreadInfo(found))
                        .filter(Objects::nonNull)
                        .map(ThreadInfo::getThreadName)
                        .sorted()
                        .toList();
    }
}
