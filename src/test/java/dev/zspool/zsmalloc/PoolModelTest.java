package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.testkit.OpSequence;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolModelTest {
    @ParameterizedTest
    @ValueSource(ints = {4, 5, 8, 16})
    @DisplayName("random operations against a map, the checker after every one")
    void againstMap(int chainSize) {
        Set<PoolModel.Event> met = EnumSet.noneOf(PoolModel.Event.class);
        OpSequence.forEachSeed(
                "PoolModelTest",
                8,
                4000,
                sequence -> {
                    try (PoolModel model = new PoolModel(chainSize, sequence, sequence::note)) {
                        while (sequence.hasMore()) {
                            model.step(sequence);
                        }
                        met.addAll(model.events());
                    }
                });
        assertEquals(EnumSet.allOf(PoolModel.Event.class), met);
    }
}
