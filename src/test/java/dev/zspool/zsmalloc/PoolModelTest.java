package dev.zspool.zsmalloc;

import dev.zspool.testkit.OpSequence;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolModelTest {
    @ParameterizedTest
    @ValueSource(ints = {4, 5, 8, 16})
    @DisplayName("random operations against a map, the checker after every one")
    void againstMap(int chainSize) {
        OpSequence.forEachSeed(
                "PoolModelTest",
                6,
                1500,
                sequence -> {
                    try (PoolModel model = new PoolModel(chainSize, sequence::note)) {
                        while (sequence.hasMore()) {
                            model.step(sequence);
                        }
                    }
                });
    }
}
