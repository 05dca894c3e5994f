package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapPages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// When blobs were read last, in generations.
class UsageBitsTest {
    private static final long HANDLES_PER_PAGE = 16 * 1024;

    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena =
            engines.arena(new HeapPages(), new ArenaOptions(4L << 20, 2, 64));
    private final UsageBits usage = new UsageBits(arena);

    @AfterEach
    void close() {
        usage.close();
    }

    @Test
    @DisplayName("what is new is idle after one generation, what was read after two")
    void generations() {
        for (long handle = 1; handle <= 100; handle++) {
            usage.begin(handle);
        }
        usage.mark(33);
        assertEquals(UsageBits.NOW, usage.generation(33));
        assertEquals(UsageBits.BEFORE, usage.generation(32));
        assertEquals(UsageBits.BEFORE, usage.generation(34));
        usage.age();
        assertEquals(UsageBits.BEFORE, usage.generation(33));
        assertEquals(UsageBits.IDLE, usage.generation(32));
        usage.age();
        assertEquals(UsageBits.IDLE, usage.generation(33));
    }

    @Test
    @DisplayName("one handle ages alone")
    void ageOne() {
        usage.begin(31);
        usage.begin(32);
        usage.mark(32);
        assertEquals(UsageBits.NOW, usage.ageOne(32));
        assertEquals(UsageBits.BEFORE, usage.ageOne(32));
        assertEquals(UsageBits.IDLE, usage.ageOne(32));
        assertEquals(UsageBits.BEFORE, usage.generation(31));
    }

    @Test
    @DisplayName("a handle with another life begins anew")
    void anotherLife() {
        usage.begin(7);
        usage.mark(7);
        usage.begin(7);
        assertEquals(UsageBits.BEFORE, usage.generation(7));
    }

    @Test
    @DisplayName("without memory for its bits a handle counts as idle")
    void noMemory() {
        usage.begin(2 * HANDLES_PER_PAGE - 1);
        usage.begin(2 * HANDLES_PER_PAGE);
        usage.mark(2 * HANDLES_PER_PAGE);
        assertEquals(2, usage.pages());
        assertEquals(UsageBits.BEFORE, usage.generation(2 * HANDLES_PER_PAGE - 1));
        assertEquals(UsageBits.IDLE, usage.generation(2 * HANDLES_PER_PAGE));
        usage.age();
        assertEquals(UsageBits.IDLE, usage.generation(2 * HANDLES_PER_PAGE - 1));
    }
}
