package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FullnessGroupTest {
    private static final int MOST_SLOTS = 2048;

    @Test
    @DisplayName("every count of every number of slots is in the group whose range holds its share")
    void exhaustive() {
        for (int slots = 1; slots <= MOST_SLOTS; slots++) {
            for (int live = 0; live <= slots; live++) {
                assertEquals(byRange(live, slots), FullnessGroup.numberOf(live, slots));
            }
        }
    }

    /// The rule as documented, without a division: group g holds [10 (g - 1), 10 g - 1] percent.
    private static int byRange(int live, int slots) {
        if (live == 0) {
            return 0;
        }
        if (live == slots) {
            return 11;
        }
        int group = 1;
        while (live * 100 >= group * 10 * slots) {
            group++;
        }
        return group;
    }

    @Test
    @DisplayName("the boundaries that the kernel's code has, where its comment says otherwise")
    void boundaries() {
        assertEquals(1, FullnessGroup.numberOf(1, 127));
        assertEquals(2, FullnessGroup.numberOf(1, 10));
        assertEquals(1, FullnessGroup.numberOf(9, 100));
        assertEquals(10, FullnessGroup.numberOf(99, 100));
        assertEquals(10, FullnessGroup.numberOf(127, 128));
        assertEquals(11, FullnessGroup.numberOf(1, 1));
    }

    @Test
    @DisplayName("names and numbers agree")
    void names() {
        assertEquals(FullnessGroup.COUNT, FullnessGroup.values().length);
        List<FullnessGroup> groups = List.of(FullnessGroup.values());
        assertEquals(FullnessGroup.EMPTY, groups.get(FullnessGroup.EMPTY_GROUP));
        assertEquals(FullnessGroup.BELOW_10, groups.get(FullnessGroup.SPARSEST_GROUP));
        assertEquals(FullnessGroup.BELOW_100, groups.get(FullnessGroup.DENSEST_GROUP));
        assertEquals(FullnessGroup.FULL, groups.get(FullnessGroup.FULL_GROUP));
    }
}
