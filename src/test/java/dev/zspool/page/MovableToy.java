package dev.zspool.page;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// An owner of frames that has nothing to do with zsmalloc or an index: each of its pages keeps a
/// number on its frame, at the beginning and at the end, and can be moved.
///
/// What it answers can be chosen, and all that it is asked is written down.
final class MovableToy implements MovablePages {
    private final PageArena arena;
    private final PageOwner owner;
    private final Map<Integer, Long> numbers = new HashMap<>();
    private final Set<Integer> isolated = new HashSet<>();
    private final Map<Integer, MoveOutcome> isolateAnswers = new HashMap<>();
    private final Map<Integer, MoveOutcome> migrateAnswers = new HashMap<>();
    private final List<Integer> asked = new ArrayList<>();
    private Runnable beforeMigration = () -> {};
    private long nextNumber = 1;

    MovableToy(PageArena arena, String name) {
        this.arena = arena;
        this.owner = arena.register(name, this);
    }

    PageOwner owner() {
        return owner;
    }

    /// Takes frames and writes on them.
    ///
    /// @return whether there were enough
    boolean tryTake(int[] frames) {
        if (!arena.acquire(frames, frames.length, owner)) {
            return false;
        }
        for (int frame : frames) {
            long number;
            synchronized (this) {
                number = nextNumber++;
            }
            write(frame, number);
            synchronized (this) {
                numbers.put(frame, number);
            }
        }
        return true;
    }

    int[] take(int count) {
        int[] frames = new int[count];
        assertTrue(tryTake(frames), () -> count + " frames of " + arena.stats());
        return frames;
    }

    private void write(int frame, long number) {
        arena.memory().set(JAVA_LONG, Frames.address(frame), number);
        arena.memory().set(JAVA_LONG, Frames.address(frame + 1) - Long.BYTES, -number);
    }

    synchronized void release(int frame) {
        assertIntact(frame);
        numbers.remove(frame);
        isolated.remove(frame);
        arena.release(new int[] {frame}, 1);
    }

    /// Releases some page, isolated or not.
    ///
    /// @return false when there is none
    synchronized boolean releaseAny(int choice) {
        if (numbers.isEmpty()) {
            return false;
        }
        int skipped = choice % numbers.size();
        release(numbers.keySet().stream().skip(skipped).findFirst().orElseThrow());
        return true;
    }

    synchronized void releaseAll() {
        assertIntact();
        while (!numbers.isEmpty()) {
            release(numbers.keySet().iterator().next());
        }
    }

    /// Releases all pages, and is an owner no more.
    void leave() {
        releaseAll();
        assertEquals(0, owner.ownedFrames());
        arena.unregister(owner);
    }

    private void assertIntact(int frame) {
        long number = Objects.requireNonNull(numbers.get(frame));
        MemorySegment memory = arena.memory();
        assertEquals(number, memory.get(JAVA_LONG, Frames.address(frame)), "frame " + frame);
        assertEquals(
                -number,
                memory.get(JAVA_LONG, Frames.address(frame + 1) - Long.BYTES),
                "frame " + frame);
    }

    /// Every number is still on its frame, and nothing is left isolated.
    synchronized void assertIntact() {
        numbers.keySet().forEach(this::assertIntact);
        assertEquals(numbers.size(), new HashSet<>(numbers.values()).size(), "doubled");
        assertEquals(Set.of(), isolated, "left isolated");
    }

    synchronized int pages() {
        return numbers.size();
    }

    synchronized List<Integer> frames() {
        return List.copyOf(numbers.keySet());
    }

    /// The frames that were to be isolated, in order.
    synchronized List<Integer> asked() {
        return List.copyOf(asked);
    }

    synchronized void answerIsolate(int frame, MoveOutcome answer) {
        isolateAnswers.put(frame, answer);
    }

    /// EMPTY: the page goes as soon as it was answered.
    synchronized void answerMigrate(int frame, MoveOutcome answer) {
        migrateAnswers.put(frame, answer);
    }

    synchronized void answerTruly() {
        isolateAnswers.clear();
        migrateAnswers.clear();
    }

    /// What happens in the middle of a move, once.
    synchronized void onceBeforeMigration(Runnable action) {
        beforeMigration = action;
    }

    @Override
    public synchronized MoveOutcome isolate(int frame) {
        asked.add(frame);
        if (isolateAnswers.containsKey(frame)) {
            return isolateAnswers.getOrDefault(frame, MoveOutcome.GONE);
        }
        if (!numbers.containsKey(frame)) {
            return MoveOutcome.GONE;
        }
        return isolated.add(frame) ? MoveOutcome.ISOLATED : MoveOutcome.BUSY;
    }

    @Override
    public MoveOutcome migrate(int frame, int target) {
        Runnable action;
        synchronized (this) {
            action = beforeMigration;
            beforeMigration = () -> {};
        }
        action.run();
        return migrateNow(frame, target);
    }

    private synchronized MoveOutcome migrateNow(int frame, int target) {
        MoveOutcome answer = migrateAnswers.getOrDefault(frame, MoveOutcome.MIGRATED);
        if (!numbers.containsKey(frame)) {
            return MoveOutcome.GONE;
        }
        if (!isolated.contains(frame)) {
            return MoveOutcome.NOT_ISOLATED;
        }
        if (answer == MoveOutcome.EMPTY) {
            release(frame);
        } else if (answer == MoveOutcome.MIGRATED) {
            assertEquals(owner, arena.ownerOf(target), "whose target");
            long from = Frames.address(frame);
            MemorySegment.copy(
                    arena.memory(),
                    from,
                    arena.memory(),
                    Frames.address(target),
                    Frames.FRAME_BYTES);
            assertIntact(frame);
            numbers.put(target, Objects.requireNonNull(numbers.remove(frame)));
            isolated.remove(frame);
            arena.targets().release(new int[] {frame});
        }
        return answer;
    }

    @Override
    public synchronized MoveOutcome putBack(int frame) {
        if (!numbers.containsKey(frame)) {
            return MoveOutcome.GONE;
        }
        return isolated.remove(frame) ? MoveOutcome.PUT_BACK : MoveOutcome.NOT_ISOLATED;
    }
}
