package dev.zspool.page;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.os.NativeMemory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MappedPageArenaTest extends PageArenaContract {
    @Override
    PageSource newSource() {
        return new MappedPages();
    }

    @Test
    @DisplayName("memory that is given back is gone from the process, page by page")
    void residency() {
        PageArena arena = arena();
        FrameOwner owner = new FrameOwner(arena);
        int[] frames = owner.take(1000);
        assertEquals(0, NativeMemory.residentPages(arena.memory()));
        for (int frame : frames) {
            arena.memory().set(JAVA_BYTE, Frames.address(frame), (byte) 1);
        }
        assertEquals(1000, NativeMemory.residentPages(arena.memory()));
        for (int i = 0; i < 700; i++) {
            owner.release(frames[i]);
        }
        assertEquals(1000, NativeMemory.residentPages(arena.memory()));
        assertEquals(700, arena.giveBack(0));
        assertEquals(300, NativeMemory.residentPages(arena.memory()));
        assertEquals(300, arena.stats().backedPages());
        owner.releaseAll();
        arena.giveBack(0);
        assertEquals(0, NativeMemory.residentPages(arena.memory()));
    }

    @Test
    @DisplayName("pageblocks are aligned to 2 MiB")
    void alignment() {
        assertEquals(0, arena().memory().address() % Frames.PAGEBLOCK_BYTES);
    }

    @Test
    @DisplayName("a range beyond the address space is one clear exception")
    void outOfAddressSpace() {
        OutOfAddressSpaceException thrown;
        try (MappedPages source = new MappedPages()) {
            thrown = assertThrows(OutOfAddressSpaceException.class, () -> source.reserve(1L << 60));
        }
        assertTrue(thrown.toString().contains("ENOMEM"), thrown::toString);
    }
}
