package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.os.Errno;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.FaultyPages;
import dev.zspool.testkit.HeapPages;
import dev.zspool.testkit.OpSequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HandleTableTest {
    private static final int CELLS = HandleTable.CELLS_PER_PAGE;

    /// What a page holds at most: the rest of its cells is in quarantine.
    private static final int USABLE = CELLS - HandleTable.QUARANTINE_CELLS;

    @RegisterExtension final Engines engines = new Engines();

    private final FaultyPages source = new FaultyPages(new HeapPages());
    private final PageArena arena = engines.arena(source, ArenaOptions.ofSize(Engines.SMALL_BYTES));
    private final HandleTable table = new HandleTable(arena, 40_000, ObjectLocation.VERSION_BITS);

    @AfterEach
    void close() {
        table.close();
    }

    private List<Long> acquire(int count) {
        List<Long> handles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long handle = table.acquire();
            assertTrue(handle > 0);
            handles.add(handle);
        }
        return handles;
    }

    private void freeAll(List<Long> handles) {
        handles.forEach(this::free);
    }

    private void free(long handle) {
        table.retire(handle);
        table.release(handle);
    }

    private int version(long handle) {
        return ObjectLocation.version(table.loadOpaque(handle));
    }

    private static int pageOf(long handle) {
        return (int) (handle / CELLS);
    }

    private List<String> violations(long liveObjects) {
        Violations violations = new Violations();
        new HandleTableChecker(table, violations).check(liveObjects);
        return violations.lines();
    }

    @Test
    @DisplayName("handles are distinct, above 0 and not live before they are published")
    void distinct() {
        Set<Long> seen = new HashSet<>();
        for (long handle : acquire(3000)) {
            assertTrue(seen.add(handle));
            assertFalse(ObjectLocation.isLive(table.loadAcquire(handle)));
            table.publishAt(handle, 7, handle * 16);
            long word = table.loadAcquire(handle);
            assertTrue(ObjectLocation.isLive(word));
            assertEquals(7, ObjectLocation.classIndex(word));
            assertEquals(
                    handle * 16,
                    Frames.address(ObjectLocation.frame(word)) + ObjectLocation.offsetBytes(word));
        }
        assertEquals(List.of(), violations(3000));
        freeAll(List.copyOf(seen));
        assertEquals(List.of(), violations(0));
    }

    @Test
    @DisplayName("B17 0, error values, unknown and absurd handles are not live")
    void unknownHandles() {
        freeAll(acquire(10));
        for (long handle :
                new long[] {
                    0,
                    ZsPool.LIMIT_REACHED,
                    ZsPool.OUT_OF_MEMORY,
                    Long.MIN_VALUE,
                    5,
                    CELLS,
                    CELLS + 1L,
                    1L << 31,
                    1L << 32,
                    1L << 40,
                    Long.MAX_VALUE
                }) {
            assertFalse(ObjectLocation.isLive(table.loadAcquire(handle)), "handle " + handle);
        }
    }

    @Test
    @DisplayName("a cell is reused only after 32 other cells of its page were freed")
    void quarantine() {
        OpSequence.forEachSeed(
                "HandleTableTest#quarantine",
                3,
                20_000,
                sequence -> {
                    List<Long> held = new ArrayList<>();
                    Map<Integer, Integer> freesOfPage = new HashMap<>();
                    Map<Long, Integer> freedAt = new HashMap<>();
                    while (sequence.hasMore()) {
                        int percent = held.size() < 400 ? 60 : held.size() > 1500 ? 40 : 50;
                        if (held.isEmpty() || sequence.chance(percent)) {
                            long handle = table.acquire();
                            sequence.note("acquire " + handle);
                            int frees = freesOfPage.getOrDefault(pageOf(handle), 0);
                            int at = freedAt.getOrDefault(handle, -HandleTable.QUARANTINE_CELLS);
                            assertTrue(
                                    frees - at >= HandleTable.QUARANTINE_CELLS,
                                    () -> handle + " again after " + (frees - at));
                            held.add(handle);
                        } else {
                            long handle = held.remove(sequence.below(held.size()));
                            sequence.note("free " + handle);
                            free(handle);
                            int frees = freesOfPage.merge(pageOf(handle), 1, Integer::sum);
                            freedAt.put(handle, frees);
                        }
                    }
                    freeAll(held);
                });
    }

    @Test
    @DisplayName("a freed cell waits even when it is the only free one of its page")
    void quarantineOfAFullPage() {
        List<Long> handles = acquire(USABLE * 2);
        List<Long> ofPage1 = handles.stream().filter(handle -> pageOf(handle) == 1).toList();
        assertEquals(USABLE, ofPage1.size());
        for (int i = 0; i < HandleTable.QUARANTINE_CELLS; i++) {
            free(ofPage1.get(i));
            // In page 1 there are 32 cells before it in the queue.
            assertFalse(ofPage1.contains(table.acquire()), "freed " + i);
        }
    }

    @Test
    @DisplayName("the version goes up at every publish, move and free, over all lives of a cell")
    void versionsGoUp() {
        Map<Long, Integer> last = new HashMap<>();
        for (int life = 0; life < 20; life++) {
            List<Long> handles = acquire(1000);
            for (long handle : handles) {
                int before = version(handle);
                assertTrue(before >= last.getOrDefault(handle, 0));
                table.publishAt(handle, 3, 4096);
                assertEquals(before + 1, version(handle));
                table.publishAt(handle, 3, 8192);
                assertEquals(before + 2, version(handle));
                table.retire(handle);
                assertEquals(before + 3, version(handle));
                table.release(handle);
                assertEquals(before + 3, version(handle));
                last.put(handle, before + 3);
            }
        }
    }

    @Test
    @DisplayName("the version wraps where it ends, and at 2 bits where the weakened table ends")
    void versionsWrap() {
        HandleTable weak = new HandleTable(arena, 1000, 2);
        long handle = weak.acquire();
        List<Integer> versions = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            weak.publishAt(handle, 1, 4096L * i);
            versions.add(ObjectLocation.version(weak.loadOpaque(handle)));
        }
        assertEquals(List.of(1, 2, 3, 0, 1, 2), versions);
        weak.close();

        long wide = table.acquire();
        int last = (1 << ObjectLocation.VERSION_BITS) - 1;
        table.corrupt(wide, ObjectLocation.live(last, 1, 5, 0));
        table.publishAt(wide, 256, Frames.address((1 << 25) - 2) + 4080);
        long word = table.loadAcquire(wide);
        assertEquals(0, ObjectLocation.version(word));
        assertEquals(256, ObjectLocation.classIndex(word));
        assertEquals((1 << 25) - 2, ObjectLocation.frame(word));
        free(wide);
    }

    @Test
    @DisplayName("pages without a live cell go back to the system, all but one and the first")
    void emptyPagesGoBack() {
        List<Long> handles = acquire(USABLE * 6);
        assertEquals(7, table.usedPages());
        long charged = arena.stats().tablePages();
        freeAll(handles);
        assertEquals(0, arena.stats().giveBackCalls());
        int given = table.giveBackEmptyPages();
        assertTrue(given >= 4, given + " pages");
        assertEquals(7 - given, table.usedPages());
        assertEquals(charged - given, arena.stats().tablePages());
        assertEquals(given, source.giveBackCalls());
        assertEquals(0, table.giveBackEmptyPages());
        assertEquals(List.of(), violations(0));
        for (long handle : handles) {
            assertFalse(ObjectLocation.isLive(table.loadAcquire(handle)));
        }
    }

    @Test
    @DisplayName("a page with one live cell stays, and the cell keeps its word")
    void pageInUseStays() {
        List<Long> handles = acquire(USABLE * 4);
        List<Long> kept = new ArrayList<>();
        for (int i = 0; i < handles.size(); i++) {
            if (i % USABLE == 17) {
                table.publishAt(handles.get(i), 9, 16L * i);
                kept.add(handles.get(i));
            } else {
                free(handles.get(i));
            }
        }
        assertEquals(0, table.giveBackEmptyPages());
        for (long handle : kept) {
            assertTrue(ObjectLocation.isLive(table.loadAcquire(handle)));
        }
        assertEquals(List.of(), violations(kept.size()));
        freeAll(kept);
    }

    @Test
    @DisplayName("a page that went back is not opened again before the pass after the next begins")
    void restingPages() {
        freeAll(acquire(USABLE * 6));
        assertTrue(table.giveBackEmptyPages() >= 4);
        Set<Integer> resting = restingPagesNow();
        List<Long> held = new ArrayList<>(fillOpenPages());
        assertOpensFreshPage(held, resting);
        // The next pass may follow at once: what the first one gave back rests over all of it.
        assertEquals(0, table.giveBackEmptyPages());
        assertOpensFreshPage(held, resting);
        assertEquals(0, table.giveBackEmptyPages());
        held.addAll(fillOpenPages());
        long handle = table.acquire();
        assertTrue(resting.contains(pageOf(handle)), "page " + pageOf(handle));
        held.add(handle);
        freeAll(held);
    }

    private Set<Integer> restingPagesNow() {
        Set<Integer> resting = new HashSet<>();
        for (int page = 0; page < table.pageLimit(); page++) {
            if (table.pages().isGivenBack(page)) {
                resting.add(page);
            }
        }
        return resting;
    }

    /// Takes every cell that can be had without another page.
    private List<Long> fillOpenPages() {
        List<Long> handles = new ArrayList<>();
        while (table.pages().firstAvailable() != HandlePages.NO_PAGE) {
            handles.add(table.acquire());
        }
        return handles;
    }

    private void assertOpensFreshPage(List<Long> held, Set<Integer> resting) {
        held.addAll(fillOpenPages());
        int fresh = table.pageLimit();
        long handle = table.acquire();
        held.add(handle);
        assertEquals(fresh, pageOf(handle));
        assertFalse(resting.contains(fresh));
    }

    @Test
    @DisplayName("versions go on where they were when a page comes back")
    void versionsSurviveGiveBack() {
        Map<Long, Integer> last = new HashMap<>();
        int reopened = 0;
        for (int round = 0; round < 12; round++) {
            List<Long> handles = acquire(USABLE * 5);
            for (long handle : handles) {
                if (last.containsKey(handle)) {
                    assertTrue(version(handle) >= last.get(handle), () -> "handle " + handle);
                    reopened++;
                }
                table.publishAt(handle, 2, 4096);
            }
            for (long handle : handles) {
                free(handle);
                last.put(handle, version(handle));
            }
            assertTrue(table.giveBackEmptyPages() > 0);
        }
        assertTrue(reopened > 1000);
    }

    @Test
    @DisplayName("a page that the system does not take stays in use, with its versions")
    void giveBackFails() {
        for (int nth = 1; nth <= 5; nth++) {
            List<Long> handles = acquire(USABLE * 6);
            handles.forEach(handle -> table.publishAt(handle, 1, 4096));
            freeAll(handles);
            Map<Long, Integer> before = new HashMap<>();
            handles.forEach(handle -> before.put(handle, version(handle)));
            long used = table.usedPages();
            source.failGiveBack(nth, Errno.EAGAIN);
            int given = table.giveBackEmptyPages();
            assertEquals(used - given, table.usedPages());
            assertEquals(List.of(), violations(0));
            for (long handle : handles) {
                if (!table.pages().isGivenBack(pageOf(handle))) {
                    assertEquals(before.get(handle), version(handle));
                }
            }
            source.failGiveBack(0, Errno.NONE);
        }
        assertTrue(source.firedFaults() >= 4);
    }

    @Test
    @DisplayName("without budget there is no handle, at whichever page it ends, and nothing leaks")
    void budgetEnds() {
        for (int limit = 1; limit <= 12; limit++) {
            PageArena small =
                    engines.arena(new HeapPages(), new ArenaOptions(Engines.SMALL_BYTES, limit, 0));
            HandleTable poor = new HandleTable(small, 40_000, ObjectLocation.VERSION_BITS);
            List<Long> handles = new ArrayList<>();
            long handle = poor.acquire();
            while (handle != ZsPool.NULL_HANDLE) {
                handles.add(handle);
                handle = poor.acquire();
            }
            // One page of the budget is for the descriptors of the table's pages.
            assertEquals(Math.max(0, (limit - 1) * USABLE - 1), handles.size());
            assertEquals(limit - 1, poor.usedPages());
            assertEquals(limit == 1 ? 0 : limit, small.stats().tablePages());
            for (long each : handles) {
                poor.retire(each);
                poor.release(each);
            }
            assertEquals(limit == 1 ? 0 : 1, Long.signum(poor.acquire()));
            poor.close();
            assertEquals(0, small.stats().tablePages());
        }
    }

    @Test
    @DisplayName(
            "the table ends at its capacity, which has room for all objects and the quarantine")
    void capacity() {
        HandleTable tiny = new HandleTable(arena, 1000, ObjectLocation.VERSION_BITS);
        int count = 0;
        while (tiny.acquire() != ZsPool.NULL_HANDLE) {
            count++;
        }
        assertTrue(count >= 1000, count + " handles");
        assertTrue(count < 1000 + 4 * CELLS, count + " handles");
        tiny.close();
    }
}
