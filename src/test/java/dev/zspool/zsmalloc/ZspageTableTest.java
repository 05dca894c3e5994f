package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ZspageTableTest {
    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena = engines.heapArena(Engines.SMALL_BYTES);
    private final ZspageTable table = new ZspageTable(arena);

    @Test
    @DisplayName("every field holds its largest value, and none runs into another")
    void fieldsDoNotOverlap() {
        int id = table.ids().acquire();
        table.initialise(id, 256, (1 << 25) - 2);
        table.setLiveSlots(id, 0xFFFE);
        table.setFirstFreeSlot(id, SlotLayout.NO_SLOT);
        table.setGroup(id, FullnessGroup.FULL_GROUP);
        table.setLinked(id, true);
        table.setPrevious(id, Integer.MAX_VALUE);
        table.setNext(id, Integer.MAX_VALUE - 1);
        table.setHugeHandle(id, Long.MAX_VALUE >>> 1);
        assertEquals(256, table.classIndex(id));
        assertEquals((1 << 25) - 2, table.firstFrame(id));
        assertEquals(0xFFFE, table.liveSlots(id));
        assertEquals(SlotLayout.NO_SLOT, table.firstFreeSlot(id));
        assertEquals(FullnessGroup.FULL_GROUP, table.group(id));
        assertTrue(table.isLinked(id));
        assertEquals(Integer.MAX_VALUE, table.previous(id));
        assertEquals(Integer.MAX_VALUE - 1, table.next(id));
        assertEquals(Long.MAX_VALUE >>> 1, table.hugeHandle(id));
        table.ids().close();
    }

    @Test
    @DisplayName("B24 a huge object's handle may need more than 32 bits")
    void wideHugeHandle() {
        int id = table.ids().acquire();
        table.setHugeHandle(id, (1L << 32) + 5);
        assertEquals((1L << 32) + 5, table.hugeHandle(id));
        table.ids().close();
    }

    @Test
    @DisplayName("a used descriptor starts anew")
    void initialise() {
        int id = table.ids().acquire();
        table.setHugeHandle(id, 99);
        table.setLiveSlots(id, 3);
        table.setLinked(id, true);
        table.initialise(id, 7, 12);
        assertEquals(0, table.hugeHandle(id));
        assertEquals(0, table.liveSlots(id));
        assertEquals(0, table.firstFreeSlot(id));
        assertFalse(table.isLinked(id));
        table.ids().close();
    }

    @Test
    @DisplayName("ids are distinct, reused last in, first out, and end where frames end")
    void ids() {
        Set<Integer> ids = new HashSet<>();
        int id = table.ids().acquire();
        while (id != ZspageTable.NO_ZSPAGE) {
            assertTrue(ids.add(id));
            id = table.ids().acquire();
        }
        assertEquals(arena.totalFrames(), ids.size());
        assertEquals(table.ids().chargedPages(), arena.stats().tablePages());
        table.ids().release(5);
        table.ids().release(700);
        assertEquals(700, table.ids().acquire());
        assertEquals(5, table.ids().acquire());
        assertEquals(ZspageTable.NO_ZSPAGE, table.ids().acquire());
        table.ids().close();
    }

    @Test
    @DisplayName("pages are charged exactly when the first id in them is handed out")
    void charges() {
        int perPage = 4096 / ZspageTable.DESCRIPTOR_BYTES;
        assertEquals(0, table.ids().chargedPages());
        for (int id = 1; id < 4 * perPage; id++) {
            assertEquals(id, table.ids().acquire());
            assertEquals(id / perPage + 1, table.ids().chargedPages());
            assertEquals(id / perPage + 1, arena.stats().tablePages());
        }
        table.ids().close();
        assertEquals(0, arena.stats().tablePages());
        assertEquals(0, table.ids().chargedPages());
    }
}
