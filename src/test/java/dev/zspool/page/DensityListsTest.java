package dev.zspool.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.testkit.OpSequence;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DensityListsTest {
    private static final int BLOCKS = 40;

    @Test
    @DisplayName("densest and sparsest are what a scan of all blocks finds")
    void againstScan() {
        OpSequence.forEachSeed(
                "DensityListsTest",
                20,
                2000,
                sequence -> {
                    DensityLists lists = new DensityLists(BLOCKS);
                    int[] model = new int[BLOCKS];
                    Arrays.fill(model, -1);
                    while (sequence.hasMore()) {
                        int block = sequence.below(BLOCKS);
                        boolean present = sequence.chance(70);
                        int owned =
                                sequence.chance(30)
                                        ? sequence.below(2) * Frames.PAGEBLOCK_FRAMES
                                        : sequence.below(Frames.PAGEBLOCK_FRAMES + 1);
                        sequence.note("file " + block + " " + owned + " " + present);
                        lists.file(block, owned, present);
                        model[block] = present ? owned : -1;
                        check(lists, model);
                    }
                });
    }

    private static void check(DensityLists lists, int[] model) {
        int most = Arrays.stream(model).max().orElseThrow();
        int fewest = Arrays.stream(model).filter(level -> level >= 0).min().orElse(-1);
        for (int block = 0; block < BLOCKS; block++) {
            assertEquals(model[block], lists.levelOf(block));
        }
        assertEquals(most, most < 0 ? lists.densest() : model[lists.densest()]);
        assertEquals(fewest, fewest < 0 ? lists.sparsest() : model[lists.sparsest()]);
    }
}
