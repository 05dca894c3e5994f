package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.zspool.testkit.Racers;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Numbers instead of content types.
class AttributeTableTest {
    private final AttributeTable table = new AttributeTable();

    @Test
    @DisplayName("1024 numbers, then none; known values keep theirs")
    void bound() {
        for (int i = 1; i <= AttributeTable.MAX_IDS; i++) {
            assertEquals(i, table.idOf("type/" + i));
        }
        assertEquals(AttributeTable.NO_ID, table.idOf("one too many"));
        for (int i = 1; i <= AttributeTable.MAX_IDS; i++) {
            assertEquals(i, table.idOf("type/" + i));
            assertEquals("type/" + i, table.valueOf(i));
        }
        for (int never : new int[] {-1, 0, AttributeTable.MAX_IDS + 1, Integer.MAX_VALUE}) {
            assertNull(table.valueOf(never));
        }
    }

    @Test
    @DisplayName("from four threads: one number for each value, readable by whoever got it")
    void race() throws InterruptedException {
        Racers racers = new Racers();
        for (int thread = 0; thread < 4; thread++) {
            int first = thread * 100;
            racers.add(() -> {
                for (int i = 0; i < 600; i++) {
                    String value = "type/" + (first + i);
                    assertEquals(value, table.valueOf(table.idOf(value)));
                }
            });
        }
        racers.run();
        assertNull(table.valueOf(901));
    }
}
