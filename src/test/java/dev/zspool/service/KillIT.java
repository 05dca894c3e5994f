package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import dev.zspool.crash.KillHarness;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` under load, some rounds; `./zspool stress` does more.
final class KillIT {
    private static final long SEED = Long.getLong("zspool.test.seed", 11);
    private static final int ROUNDS = Integer.getInteger("zspool.test.rounds", 10);

    @TempDir Path folder;

    @Test
    @DisplayName("what was acknowledged is there, what was deleted is not, and nothing is torn")
    void rounds() {
        assertDoesNotThrow(() ->
                KillHarness.ofService(folder.resolve("data"), SEED, System.out::println)
                        .run(ROUNDS));
    }
}
