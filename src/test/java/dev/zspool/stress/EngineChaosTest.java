package dev.zspool.stress;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.Frames;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The chaos test itself: that it runs, and that it sees what is wrong.
class EngineChaosTest {
    private static final long SEED = 20_260_801L;

    @Test
    @DisplayName("three seconds of all phases")
    void allPhases() {
        assertDoesNotThrow(
                () -> new ChaosRunner(new EngineChaos(SEED), SEED).run(Duration.ofSeconds(3), 4));
    }

    @Test
    @DisplayName("one wrong byte in the arena is seen at the next quiet point")
    void wrongByte() {
        EngineChaos world = new EngineChaos(SEED);
        fill(world);
        world.checkQuiet();

        // In every frame, so that some object is hit; slots' headers lie elsewhere.
        MemorySegment memory = world.arena().memory();
        for (int frame = 0; frame < world.arena().totalFrames(); frame++) {
            if (world.arena().isOwned(frame)) {
                long address = Frames.address(frame) + 1001;
                byte old = memory.get(ValueLayout.JAVA_BYTE, address);
                memory.set(ValueLayout.JAVA_BYTE, address, (byte) ~old);
            }
        }

        assertThrows(ChaosViolation.class, world::checkQuiet);
        world.arena().close();
    }

    @Test
    @DisplayName("an object that is gone without the model's knowledge is seen")
    void lostObject() {
        EngineChaos world = new EngineChaos(SEED);
        fill(world);
        assertTrue(world.freeBehindTheModelsBack() > 0);

        assertThrows(ChaosViolation.class, world::checkQuiet);
        world.arena().close();
    }

    @Test
    @DisplayName("a frame that nobody gives back is seen at the end")
    void lostFrame() {
        EngineChaos world = new EngineChaos(SEED);
        fill(world);
        assertTrue(world.arena().acquire(new int[1], 1));

        assertThrows(ChaosViolation.class, world::finish);
        world.arena().close();
    }

    @Test
    @DisplayName("a worker's violation ends the run")
    void violationEndsTheRun() {
        ChaosWorld world =
                new ChaosWorld() {
                    @Override
                    public List<Worker> workers() {
                        return List.of(random -> {
                            throw new ChaosViolation("seen");
                        });
                    }

                    @Override
                    public void checkQuiet() {}

                    @Override
                    public void finish() {}

                    @Override
                    public String summary() {
                        return "";
                    }
                };

        assertThrows(
                IllegalStateException.class,
                () -> new ChaosRunner(world, SEED).run(Duration.ofMillis(50), 1));
    }

    private static void fill(EngineChaos world) {
        SplittableRandom random = new SplittableRandom(SEED);
        ChaosWorld.Worker worker = world.workers().getFirst();
        assertDoesNotThrow(() -> {
            for (int i = 0; i < 2_000; i++) {
                worker.step(random);
            }
        });
    }
}
