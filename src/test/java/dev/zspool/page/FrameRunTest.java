package dev.zspool.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FrameRunTest {
    @Test
    @DisplayName(
            "every length and share of warm frames survives, at both ends of the largest arena")
    void roundTrip() {
        int last = (int) ArenaOptions.MAX_FRAMES - 1;
        for (int start : new int[] {0, 1, 511, 512, 1 << 24, last}) {
            for (int frames = 1; frames <= Frames.PAGEBLOCK_FRAMES; frames++) {
                for (int warm = 1; warm <= frames; warm++) {
                    long run = FrameRun.of(start, frames, warm);
                    assertNotEquals(FrameRun.NONE, run);
                    assertEquals(start, FrameRun.start(run));
                    assertEquals(frames, FrameRun.frames(run));
                    assertEquals(warm, FrameRun.warmFrames(run));
                }
            }
        }
        assertEquals(0, FrameRun.frames(FrameRun.NONE));
    }
}
