package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.testkit.Engines;
import dev.zspool.testkit.OpSequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolStatsTest {
    @RegisterExtension final Engines engines = new Engines();

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName("B14 stats-equal-recount: every counter equals what the handles' words tell")
    void statsEqualRecount(int chainSize) {
        OpSequence.forEachSeed(
                "PoolStatsTest",
                2,
                40,
                sequence -> {
                    PoolFixture fixture = new PoolFixture(engines.heapPool(chainSize));
                    while (sequence.hasMore()) {
                        sequence.note("put, free, compact");
                        for (int i = 0; i < 60; i++) {
                            fixture.tryPut(1 + sequence.below(sequence.chance(70) ? 400 : 4096));
                        }
                        fixture.freeShare(sequence, sequence.below(60));
                        if (sequence.chance(20)) {
                            fixture.pool.compact();
                        }
                        recount(fixture);
                    }
                    fixture.freeAll();
                    recount(fixture);
                });
    }

    private static void recount(PoolFixture fixture) {
        Map<Integer, Map<Integer, Integer>> liveByZspage = new HashMap<>();
        for (long handle : fixture.handles()) {
            int classIndex = ObjectLocation.classIndex(fixture.word(handle));
            liveByZspage
                    .computeIfAbsent(classIndex, _ -> new HashMap<>())
                    .merge(fixture.zspage(handle), 1, Integer::sum);
        }
        long pages = 0;
        long reclaimable = 0;
        for (ClassStats row : fixture.pool.classStats()) {
            SizeClassShape shape = row.shape();
            Map<Integer, Integer> zspages = liveByZspage.getOrDefault(shape.index(), Map.of());
            List<Integer> groups = new ArrayList<>(Collections.nCopies(FullnessGroup.COUNT, 0));
            long live = 0;
            for (int count : zspages.values()) {
                int group = FullnessGroup.numberOf(count, shape.slotsPerZspage());
                groups.set(group, groups.get(group) + 1);
                live += count;
            }
            long allocated = (long) zspages.size() * shape.slotsPerZspage();
            long spare = (allocated - live) / shape.slotsPerZspage() * shape.pagesPerZspage();
            assertEquals(
                    new ClassStats(shape, groups, allocated, live, 0, spare),
                    row,
                    () -> "class " + shape.index());
            assertEquals((long) zspages.size() * shape.pagesPerZspage(), row.usedPages());
            pages += row.usedPages();
            reclaimable += spare;
        }
        PoolStats stats = fixture.pool.stats();
        assertEquals(pages, stats.allocatedPages());
        assertEquals(reclaimable, stats.reclaimablePages());
        assertEquals(fixture.size(), stats.liveObjects());
    }
}
