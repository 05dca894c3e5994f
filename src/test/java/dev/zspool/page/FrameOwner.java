package dev.zspool.page;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An owner of frames in tests, which remembers what it has.
final class FrameOwner {
    private final PageArena arena;
    private final List<Integer> owned = new ArrayList<>();

    FrameOwner(PageArena arena) {
        this.arena = arena;
    }

    /// Takes frames that must be there.
    int[] take(int count) {
        int[] frames = new int[count];
        assertTrue(arena.acquire(frames, count), () -> count + " frames of " + arena.stats());
        Arrays.stream(frames).forEach(owned::add);
        return frames;
    }

    /// Takes frames if there are enough.
    boolean tryTake(int count) {
        int[] frames = new int[count];
        boolean taken = arena.acquire(frames, count);
        if (taken) {
            Arrays.stream(frames).forEach(owned::add);
        }
        return taken;
    }

    void release(int... frames) {
        for (int frame : frames) {
            assertTrue(owned.remove(Integer.valueOf(frame)), () -> "frame " + frame);
        }
        arena.release(frames, frames.length);
    }

    void releaseAll() {
        int[] frames = owned.stream().mapToInt(Integer::intValue).toArray();
        owned.clear();
        arena.release(frames, frames.length);
    }

    List<Integer> owned() {
        return owned;
    }
}
