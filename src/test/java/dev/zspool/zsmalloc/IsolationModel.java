package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.zspool.page.Frames;
import dev.zspool.page.MoveOutcome;
import dev.zspool.testkit.Choices;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The set of the pages of a pool that are isolated, beside the pool: says what each operation must
/// answer.
final class IsolationModel {
    private final ZsPool pool;
    private final PoolPages pages;
    private final Consumer<String> log;
    private final NavigableSet<Integer> isolated = new TreeSet<>();

    IsolationModel(ZsPool pool, Consumer<String> log) {
        this.pool = pool;
        this.pages = pool.pages();
        this.log = log;
    }

    int count() {
        return isolated.size();
    }

    /// An isolated page in most cases, if there is one.
    int choose(Choices choices, int otherwise) {
        return isolated.isEmpty() || choices.chance(10)
                ? otherwise
                : choices.oneOf(new ArrayList<>(isolated));
    }

    void isolate(int frame) {
        log.accept("isolate " + frame);
        Optional<PageInfo> page = infoOf(frame);
        MoveOutcome expected = MoveOutcome.GONE;
        if (page.isPresent()) {
            expected = isolated.contains(frame) ? MoveOutcome.BUSY : MoveOutcome.ISOLATED;
            expected = page.get().zspageLiveObjects() == 0 ? MoveOutcome.EMPTY : expected;
        }
        assertEquals(expected, pages.isolate(frame));
        if (expected == MoveOutcome.ISOLATED) {
            isolated.add(frame);
        }
    }

    private Optional<PageInfo> infoOf(int frame) {
        return pages.describe(frame).map(PageDetail::page);
    }

    @CanIgnoreReturnValue
    MoveOutcome migrate(int frame) {
        log.accept("migrate " + frame);
        Optional<PageInfo> page = infoOf(frame);
        MoveOutcome expected = endOf(page, MoveOutcome.MIGRATED);
        if (expected == MoveOutcome.MIGRATED && page.orElseThrow().zspageLiveObjects() == 0) {
            expected = MoveOutcome.EMPTY;
        }
        int target = pages.acquireTarget();
        assertNotEquals(Frames.NO_FRAME, target);
        assertEquals(expected, pages.migrate(frame, target));
        if (expected == MoveOutcome.MIGRATED) {
            PageInfo moved = infoOf(target).orElseThrow();
            assertEquals(page.orElseThrow().zspage(), moved.zspage());
            assertEquals(page.orElseThrow().position(), moved.position());
            assertTrue(infoOf(frame).isEmpty());
        } else {
            pages.releaseTarget(target);
        }
        isolated.remove(frame);
        return expected;
    }

    private MoveOutcome endOf(Optional<PageInfo> page, MoveOutcome end) {
        if (page.isEmpty()) {
            return MoveOutcome.GONE;
        }
        return isolated.contains(page.get().frame()) ? end : MoveOutcome.NOT_ISOLATED;
    }

    void putBack(int frame) {
        log.accept("put back " + frame);
        assertEquals(endOf(infoOf(frame), MoveOutcome.PUT_BACK), pages.putBack(frame));
        isolated.remove(frame);
    }

    /// The handles of the objects with a byte in the zspage of a page: whoever frees them all
    /// leaves it empty.
    Set<Long> objectsBeside(int frame) {
        Set<Long> handles = new LinkedHashSet<>();
        for (int place : pages.describe(frame).map(PageDetail::chain).orElse(List.of())) {
            for (PageDetail.LiveSlot slot : pages.describe(place).orElseThrow().slots()) {
                handles.add(slot.handle());
            }
        }
        log.accept("free the " + handles.size() + " objects beside " + frame);
        return handles;
    }

    void putAllBack() {
        List.copyOf(isolated).forEach(this::putBack);
    }

    /// Each class has the fewest zspages that can hold its objects, those with isolated pages
    /// aside.
    void verifyFewestZspages() {
        Map<Integer, PageInfo> onePageOfEach = new HashMap<>();
        for (int frame : isolated) {
            PageInfo page = infoOf(frame).orElseThrow();
            onePageOfEach.put(page.zspage(), page);
        }
        for (ClassStats stats : pool.classStats()) {
            int slots = stats.shape().slotsPerZspage();
            long live = stats.liveSlots();
            long zspages = 0;
            for (PageInfo page : onePageOfEach.values()) {
                if (page.classIndex() == stats.shape().index()) {
                    live -= page.zspageLiveObjects();
                    zspages++;
                }
            }
            assertEquals(zspages, stats.isolatedZspages());
            zspages += (live + slots - 1) / slots;
            assertEquals(zspages, stats.allocatedSlots() / slots, stats::toString);
        }
    }
}
