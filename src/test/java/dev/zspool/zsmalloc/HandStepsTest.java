package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.zsmalloc.HandSteps.Order;
import dev.zspool.zsmalloc.RacePool.Content;
import dev.zspool.zsmalloc.RacePool.Move;
import dev.zspool.zsmalloc.RacePool.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The steps by hand do what the pool does as long as nobody disturbs them, in a wrong order too:
/// what a weakened memory-model test shows is the race and nothing else.
class HandStepsTest {
    private final RacePool pool = RacePool.borrow(RacePool.WIDE);
    private final HandSteps steps = new HandSteps(pool, Shape.SPANNING);

    @ParameterizedTest
    @EnumSource(Order.class)
    void storesAndReplaces(Order order) {
        pool.prepareSlot(Shape.SPANNING);
        long first = steps.store(Content.OLD, order);
        assertEquals("OLD", pool.read(first, Shape.SPANNING));

        steps.replace(first, Content.NEW, order);

        assertEquals(RacePool.NOT_LIVE, pool.read(first, Shape.SPANNING));
        endSound(2);
    }

    @ParameterizedTest
    @EnumSource(Order.class)
    void moves(Order order) {
        Move move = pool.prepareMove(Shape.SPANNING);

        steps.moveAndReuse(move.handle(), Content.OTHER, order);

        assertEquals("OLD", pool.read(move.handle(), Shape.SPANNING));
        endSound(Shape.SPANNING.slots() + 1);
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void compactionMovesWhatWasPrepared(Shape shape) {
        Move move = pool.prepareMove(shape);
        HandSteps any = new HandSteps(pool, shape);
        long before = any.word(move.handle());

        assertEquals(shape == Shape.SPANNING ? 3 : 1, pool.compact());

        assertEquals(
                ObjectLocation.version(before) + 1,
                ObjectLocation.version(any.word(move.handle())));
        pool.overwriteFreed(shape);
        assertEquals("OLD", pool.read(move.handle(), shape));
        assertEquals("FILLER", pool.read(move.neighbour(), shape));
        assertEquals(RacePool.SOUND, pool.verdict(shape, 2 * shape.slots()));
        pool.recycle();
    }

    @Test
    void freesWithStaleLocation() {
        Move move = pool.prepareMove(Shape.SPANNING);
        steps.freeWithStaleLocation(move.handle());
        endSound(Shape.SPANNING.slots() - 1);
    }

    @Test
    void freesInTwoSections() {
        steps.freeInTwoSections(pool.store(Shape.SPANNING, Content.OLD));
        endSound(0);
    }

    @Test
    void verdictSeesALostSlot() {
        pool.prepareMove(Shape.SPANNING);
        assertEquals(RacePool.UNSOUND, pool.verdict(Shape.SPANNING, Shape.SPANNING.slots() + 1));
        pool.recycle();
    }

    private void endSound(int objects) {
        assertEquals(RacePool.SOUND, pool.verdict(Shape.SPANNING, objects));
        pool.recycle();
    }
}
