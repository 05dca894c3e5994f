package dev.zspool.page;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.os.Errno;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.FaultyPages;
import dev.zspool.testkit.HeapPages;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The n-th call to the system fails, for n = 1 and on until no fault is met.
class PageArenaFaultTest {
    private static final int BLOCKS = 3;
    private static final int FRAMES = BLOCKS * Frames.PAGEBLOCK_FRAMES;

    @RegisterExtension final Engines engines = new Engines();

    @Test
    @DisplayName("a give-back that fails leaves its frames warm, and the next one takes them")
    void giveBackFails() {
        int fired = 1;
        for (int nth = 1; fired > 0; nth++) {
            for (Errno errno : new Errno[] {Errno.EAGAIN, Errno.ENOMEM, Errno.EINVAL}) {
                fired = giveBackFails(nth, errno);
            }
            assertTrue(nth < 1000);
        }
    }

    private int giveBackFails(int nth, Errno errno) {
        FaultyPages faulty = new FaultyPages(new HeapPages());
        PageArena arena =
                engines.arena(faulty, new ArenaOptions(BLOCKS * Frames.PAGEBLOCK_BYTES, FRAMES, 0));
        FrameOwner owner = new FrameOwner(arena);
        int[] frames = owner.take(FRAMES);
        for (int frame : frames) {
            arena.memory().set(JAVA_LONG, Frames.address(frame), 5 + frame);
        }
        // Owned frames in between, so that there are many runs.
        for (int frame : frames) {
            if (frame % 100 != 0) {
                owner.release(frame);
            }
        }
        long warm = arena.stats().warmFrames();
        faulty.failGiveBack(nth, errno);
        long given = arena.giveBack(0);
        ArenaStats stats = arena.stats();
        assertEquals(warm, given + stats.warmFrames());
        assertEquals(faulty.firedFaults(), stats.giveBackFailures());
        assertEquals(given, stats.givenBackFrames());
        assertEquals(0, stats.inTransitFrames());
        assertEquals(faulty.giveBackCalls(), stats.giveBackCalls());
        assertTrue(arena.check().isEmpty());
        long rest = arena.giveBack(0);
        assertEquals(warm, given + rest);
        assertEquals(0, arena.stats().warmFrames());
        for (int frame : frames) {
            assertEquals(
                    frame % 100 == 0 ? 5 + frame : 0,
                    arena.memory().get(JAVA_LONG, Frames.address(frame)));
        }
        owner.releaseAll();
        engines.close();
        return faulty.firedFaults();
    }

    @Test
    @DisplayName("an arena whose range or table cannot be reserved is not made, and says so")
    void reserveFails() {
        for (int nth = 1; nth <= 2; nth++) {
            FaultyPages faulty = new FaultyPages(new HeapPages());
            faulty.failReserve(nth);
            assertThrows(
                    OutOfAddressSpaceException.class,
                    () -> engines.arena(faulty, ArenaOptions.ofSize(Frames.PAGEBLOCK_BYTES)));
            assertEquals(1, faulty.firedFaults());
        }
    }
}
