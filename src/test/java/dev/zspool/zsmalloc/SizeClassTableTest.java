package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.Resources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeClassTableTest {
    private static final String COLUMNS =
            "index,size,objs_per_zspage,pages_per_zspage,merged_from_index,min_payload,max_payload,"
                    + "waste_bytes_per_zspage,huge";

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName("the class table is the golden one, in every column")
    void golden(int chainSize) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(COLUMNS);
        for (SizeClassShape shape : tableOf(4096, chainSize).shapes()) {
            lines.add(
                    String.join(
                            ",",
                            List.of(
                                    "" + shape.index(),
                                    "" + shape.sizeBytes(),
                                    "" + shape.slotsPerZspage(),
                                    "" + shape.pagesPerZspage(),
                                    "" + shape.mergedFromIndex(),
                                    "" + shape.minPayloadBytes(),
                                    "" + shape.maxPayloadBytes(),
                                    "" + shape.wasteBytesPerZspage(4096),
                                    shape.isHuge() ? "1" : "0")));
        }
        List<String> golden = Resources.lines("/golden/classes_chain" + chainSize + ".csv");
        assertEquals(String.join("\n", golden), String.join("\n", lines));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    @DisplayName("the hot path's short cut finds the class of every payload")
    void shortCut(int chainSize) {
        SizeClassTable table = tableOf(4096, chainSize);
        PoolGeometry geometry = table.geometry();
        for (int payload = 1; payload <= 4096; payload++) {
            assertEquals(geometry.nominalIndexFor(payload), PoolGeometry.frameIndexFor(payload));
        }
        assertSame(table, tableOf(4096, chainSize), "all pools of a geometry share one");
    }

    @Test
    @DisplayName("distinct classes for every chain size, as the shipped chain rule gives them")
    void distinctClasses() {
        Map<Integer, Integer> expected =
                Map.ofEntries(
                        Map.entry(4, 69),
                        Map.entry(5, 86),
                        Map.entry(6, 94),
                        Map.entry(7, 110),
                        Map.entry(8, 119),
                        Map.entry(9, 136),
                        Map.entry(10, 141),
                        Map.entry(11, 153),
                        Map.entry(12, 159),
                        Map.entry(13, 173),
                        Map.entry(14, 179),
                        Map.entry(15, 186),
                        Map.entry(16, 192));
        expected.forEach((chain, count) ->
                assertEquals(count, tableOf(4096, chain).shapes().size(), "chain " + chain));
    }

    @ParameterizedTest
    @CsvSource({"4096, 255", "16384, 257", "65536, 257"})
    @DisplayName("B18 nominal classes of 4, 16 and 64 KiB pages")
    void nominalClasses(int pageSizeBytes, int expected) {
        assertEquals(expected, new PoolGeometry(pageSizeBytes, 8).nominalClasses());
        assertEquals(expected - 1, tableOf(pageSizeBytes, 8).forPayload(pageSizeBytes).index());
    }

    @ParameterizedTest
    @CsvSource({"4096, 4, 3257", "4096, 8, 3625", "4096, 16, 3833", "16384, 8, 14553"})
    @DisplayName("huge thresholds are the kernel's watermarks")
    void hugeThreshold(int pageSizeBytes, int chainSize, int expected) {
        assertEquals(expected, tableOf(pageSizeBytes, chainSize).hugeThresholdBytes());
    }

    @Test
    @DisplayName("16 KiB pages with chain size 8 have 121 distinct classes")
    void distinctClassesOf16K() {
        assertEquals(121, tableOf(16_384, 8).shapes().size());
    }

    @Test
    @DisplayName("the old percentage rule would differ: class 11 of chain size 4 has 3 pages")
    void notTheOldRule() {
        SizeClassShape shape = tableOf(4096, 4).forPayload(200);
        assertEquals(208, shape.sizeBytes());
        assertEquals(3, shape.pagesPerZspage());
        assertEquals(59, shape.slotsPerZspage());
    }

    @Test
    @DisplayName("every payload lands in the smallest class that fits, for all geometries")
    void everyPayload() {
        for (int pageSize : new int[] {4096, 16_384, 65_536}) {
            for (int chain = 4; chain <= 16; chain++) {
                SizeClassTable table = tableOf(pageSize, chain);
                int next = 1;
                for (SizeClassShape shape : table.shapes()) {
                    assertEquals(next, shape.minPayloadBytes(), shape::toString);
                    next = shape.maxPayloadBytes() + 1;
                    assertEquals(shape, table.forPayload(shape.minPayloadBytes()));
                    assertEquals(shape, table.forPayload(shape.maxPayloadBytes()));
                    assertTrue(
                            shape.slotsPerZspage() * shape.sizeBytes()
                                    <= shape.pagesPerZspage() * pageSize,
                            shape::toString);
                    assertEquals(0, shape.sizeBytes() % 16, shape::toString);
                }
                assertEquals(pageSize + 1, next);
            }
        }
    }

    @Test
    @DisplayName("payloads and geometries out of range are refused")
    void outOfRange() {
        SizeClassTable table = tableOf(4096, 8);
        assertThrows(IllegalArgumentException.class, () -> table.forPayload(0));
        assertThrows(IllegalArgumentException.class, () -> table.forPayload(4097));
        assertThrows(IllegalArgumentException.class, () -> new PoolGeometry(8192, 8));
        assertThrows(IllegalArgumentException.class, () -> new PoolGeometry(4096, 3));
        assertThrows(IllegalArgumentException.class, () -> new PoolGeometry(4096, 17));
        assertThrows(IllegalArgumentException.class, () -> new PoolOptions(3, 1));
        assertThrows(IllegalArgumentException.class, () -> new PoolOptions(17, 1));
        assertThrows(IllegalArgumentException.class, () -> new PoolOptions(8, 0));
    }

    @Test
    @DisplayName("the documentation's sample rows: pages used and freeable")
    void documentedRows() {
        assertRow(512, 3464, 3346, 433, 14);
        assertRow(528, 4154, 3793, 536, 44);
        assertRow(544, 4170, 3965, 556, 26);
    }

    private static void assertRow(int size, long allocated, long live, long pages, long freeable) {
        SizeClassShape shape = tableOf(4096, 8).forPayload(size - 8);
        assertEquals(size, shape.sizeBytes());
        ClassStats row = new ClassStats(shape, List.of(), allocated, live, 0, freeable);
        assertEquals(pages, row.usedPages());
        long spare = (allocated - live) / shape.slotsPerZspage() * shape.pagesPerZspage();
        assertEquals(freeable, spare);
    }

    private static SizeClassTable tableOf(int pageSizeBytes, int chainSize) {
        return SizeClassTable.of(new PoolGeometry(pageSizeBytes, chainSize));
    }
}
