package dev.zspool.crash;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zspool.stress.ChaosViolation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The harness sees each thing that a kill may do wrong, and blames nobody else.
final class KillHarnessTest {
    private static final long SEED = 5;

    /// Far more than any sin needs: each run ends at the first one that shows.
    private static final int MOST_ROUNDS = 300;

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("a service that does wrong at a kill is caught")
    void sinsAreSeen(FakeService.Sin sin) {
        assertThrows(ChaosViolation.class, () -> harness(sin).run(MOST_ROUNDS));
    }

    @Test
    @DisplayName("a service that does nothing wrong is not blamed")
    void innocent() {
        assertDoesNotThrow(() -> harness(FakeService.Sin.NONE).run(4));
    }

    private static KillHarness harness(FakeService.Sin sin) {
        return new KillHarness(
                new FakeService(sin),
                SEED,
                new KillHarness.Pace(100, 1),
                KillHarness.SnapshotCheck.NONE,
                line -> {});
    }
}
