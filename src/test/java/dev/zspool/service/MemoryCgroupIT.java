package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.squeeze.Squeeze;
import dev.zspool.stress.ChaosViolation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A container of 384 MiB, a load, and a neighbour; `./zspool stress` does more.
final class MemoryCgroupIT {
    private static final long SEED = Long.getLong("zspool.test.seed", 17);
    private static final long INPUT_BYTES = 512L << 20;

    @BeforeAll
    static void prepareTheStart() throws Exception {
        // What a first start makes for all later ones would count in the container.
        ServiceProcess.start().close();
    }

    @Test
    @DisplayName("durable pools: nothing is refused, nothing is lost, nobody is killed")
    void durable() {
        squeeze(Squeeze.durable(SEED, System.out::println));
    }

    @Test
    @DisplayName("a pool that refuses: what it has stays readable")
    void reject() {
        squeeze(Squeeze.reject(SEED, System.out::println));
    }

    @Test
    @DisplayName("a pool that forgets: what is read is right")
    void evict() {
        squeeze(Squeeze.evict(SEED, System.out::println));
    }

    @Test
    @DisplayName("a service that cannot see its container is killed, and that is noticed")
    void blind() {
        Squeeze squeeze = Squeeze.blind(SEED, System.out::println);
        ChaosViolation found =
                assertThrows(ChaosViolation.class, () -> squeeze.run(1, INPUT_BYTES));
        assertTrue(
                String.valueOf(found.getMessage()).contains("the service was killed"),
                found::getMessage);
    }

    private static void squeeze(Squeeze squeeze) {
        assertDoesNotThrow(() -> squeeze.run(1, INPUT_BYTES));
    }
}
