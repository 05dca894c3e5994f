package dev.zspool.zsmalloc;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.zspool.testkit.Choices;

/// The model of {@link PoolModelTest}, driven by a fuzzer that looks for new branches. The build
/// runs the inputs that were kept; `JAZZER_FUZZ=1` searches for more.
class PoolFuzzTest {
    private static final int MOST_STEPS = 2000;

    @FuzzTest(maxDuration = "5m")
    void operations(FuzzedDataProvider data) {
        int chainSize = data.consumeInt(PoolGeometry.MIN_CHAIN_SIZE, PoolGeometry.MAX_CHAIN_SIZE);
        Choices choices = new FuzzedChoices(data);
        try (PoolModel model = new PoolModel(chainSize, choices, _ -> {})) {
            for (int step = 0; step < MOST_STEPS && choices.hasMore(); step++) {
                model.step(choices);
            }
        }
    }

    private record FuzzedChoices(FuzzedDataProvider data) implements Choices {
        @Override
        public int below(int bound) {
            return data.consumeInt(0, bound - 1);
        }

        @Override
        public boolean hasMore() {
            return data.remainingBytes() > 0;
        }
    }
}
