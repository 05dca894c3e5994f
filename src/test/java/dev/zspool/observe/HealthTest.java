package dev.zspool.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zspool.persist.JournalState;
import dev.zspool.pressure.PressureLevel;
import dev.zspool.testkit.WaitingThread;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the probes are told, with each state forced.
final class HealthTest {

    private static final HealthCheckResponse.Status UP = HealthCheckResponse.Status.UP;
    private static final HealthCheckResponse.Status DOWN = HealthCheckResponse.Status.DOWN;

    static Stream<Arguments> statesAndLevels() {
        return Arrays.stream(JournalState.values())
                .flatMap(state ->
                        Arrays.stream(PressureLevel.values())
                                .map(level -> Arguments.of(state, level)));
    }

    @ParameterizedTest
    @MethodSource("statesAndLevels")
    void writesAreTakenByAnOpenJournalWithMemory(JournalState state, PressureLevel level) {
        HealthCheckResponse response = WriteReadiness.response(state, level);
        boolean isTaken = state == JournalState.OPEN && level != PressureLevel.REFUSING;
        assertEquals("writes", response.getName());
        assertEquals(isTaken ? UP : DOWN, response.getStatus());
        Map<String, Object> data = response.getData().orElseThrow();
        assertEquals(state.name(), data.get("journal"));
        assertEquals(level.name(), data.get("pressure"));
        assertEquals(!isTaken, data.containsKey("meaning"));
    }

    @ParameterizedTest
    @EnumSource
    void itIsReadyUntilItStops(JournalState state) {
        HealthCheckResponse response = PoolReadiness.response(state, 2, 7);
        assertEquals(state == JournalState.CLOSED ? DOWN : UP, response.getStatus());
        assertEquals(7L, response.getData().orElseThrow().get("blobs"));
    }

    private final AtomicLong millis = new AtomicLong(5);
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final LoopPings pings = pings(tasks::add);

    private LoopPings pings(Executor slow) {
        return new LoopPings(
                List.of(Runnable::run, slow), () -> Instant.ofEpochMilli(millis.get()));
    }

    @Test
    void aLoopThatAnswersIsAlive() {
        for (int i = 0; i < 5; i++) {
            assertEquals(0, pings.stuck());
            tasks.remove().run();
            millis.addAndGet(10 * LoopPings.PATIENCE_MILLIS);
        }
        assertEquals(2, pings.loops());
    }

    @Test
    void aLoopThatDoesNotAnswerIsStuckUntilItDoes() {
        assertEquals(0, pings.stuck());
        millis.addAndGet(LoopPings.PATIENCE_MILLIS - 1);
        assertEquals(0, pings.stuck());
        millis.addAndGet(1);
        assertEquals(1, pings.stuck());
        assertEquals(1, pings.stuck());
        assertEquals(1, tasks.size());
        tasks.remove().run();
        assertEquals(0, pings.stuck());
        assertEquals(1, tasks.size());
    }

    @Test
    void aClockThatIsSetBackIsNoExcuseForLong() {
        assertEquals(0, pings.stuck());
        millis.addAndGet(-1_000_000);
        assertEquals(0, pings.stuck());
        millis.addAndGet(LoopPings.PATIENCE_MILLIS);
        assertEquals(1, pings.stuck());
    }

    @Test
    void aLoopThatIsStoppingIsNotStuck() {
        LoopPings stopping =
                pings(task -> {
                    throw new RejectedExecutionException("shut down");
                });
        for (int i = 0; i < 3; i++) {
            assertEquals(0, stopping.stuck());
            millis.addAndGet(10 * LoopPings.PATIENCE_MILLIS);
        }
    }

    @Test
    void aStuckLoopEndsTheLife() {
        ThreadLiveness liveness = new ThreadLiveness(pings);
        assertEquals(UP, liveness.call().getStatus());
        millis.addAndGet(LoopPings.PATIENCE_MILLIS);
        HealthCheckResponse response = liveness.call();
        assertEquals(DOWN, response.getStatus());
        assertEquals(1L, response.getData().orElseThrow().get("stuckEventLoops"));
    }

    @Test
    void threadsThatWaitForEachOtherEndTheLife() throws InterruptedException {
        ThreadLiveness liveness = new ThreadLiveness(pings);
        ReentrantLock first = new ReentrantLock();
        ReentrantLock second = new ReentrantLock();
        WaitingThread other;
        first.lock();
        try {
            other = WaitingThread.start(() -> both(second, first));
            assertEquals(UP, liveness.call().getStatus());
            Thread here = Thread.currentThread();
            Thread.ofPlatform().daemon().start(() -> interruptWhenDown(liveness, here));
            assertThrows(InterruptedException.class, second::lockInterruptibly);
        } finally {
            first.unlock();
        }
        other.join();
        assertEquals(UP, liveness.call().getStatus());
    }

    private static void both(Lock one, Lock other) {
        one.lock();
        try {
            other.lock();
            try {
                Thread.onSpinWait();
            } finally {
                other.unlock();
            }
        } finally {
            one.unlock();
        }
    }

    /// Who waits gives up then, and all go on.
    private static void interruptWhenDown(ThreadLiveness liveness, Thread waiting) {
        while (liveness.call().getStatus() == UP) {
            Thread.onSpinWait();
        }
        waiting.interrupt();
    }
}
