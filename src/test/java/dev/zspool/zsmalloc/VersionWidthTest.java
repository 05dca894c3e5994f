package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.zspool.zsmalloc.HandSteps.PausedRead;
import dev.zspool.zsmalloc.RacePool.Content;
import dev.zspool.zsmalloc.RacePool.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the version in a handle's word is for: a reader sleeps between its steps while events bring
/// everything but the version back. The schedule is forced: reader and writer are one thread.
class VersionWidthTest {
    private RacePool pool = RacePool.borrow(RacePool.WIDE);

    @AfterEach
    void endSound() {
        assertEquals(List.of(), pool.pool().check());
        pool.recycle();
    }

    private HandSteps steps(int versionBits, Shape shape) {
        pool.recycle();
        pool = RacePool.borrow(versionBits);
        return new HandSteps(pool, shape);
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void twoBitsAcceptAnotherObjectsBytesAfterTwoLives(Shape shape) {
        assertEquals("OTHER", readWhileHandleLivesTwice(RacePool.NARROW, shape));
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void twentyOneBitsRefuseThem(Shape shape) {
        assertEquals(RacePool.REFUSED, readWhileHandleLivesTwice(RacePool.WIDE, shape));
    }

    /// The word is loaded in the handle's first life, the bytes are copied while another object
    /// lies in the slot, and the second look is taken in the handle's third life.
    private String readWhileHandleLivesTwice(int versionBits, Shape shape) {
        HandSteps steps = steps(versionBits, shape);
        pool.prepareSlot(shape);
        long handle = pool.store(shape, Content.OLD);
        long word = steps.word(handle);

        PausedRead read = steps.beginRead(handle);
        pool.free(handle);
        long other = pool.store(shape, Content.OTHER);
        assertNotEquals(handle, other);
        read.copy();
        pool.free(other);
        pool.comeRound(shape, handle);
        pool.liveAgain(shape, handle);

        assertEquals("NEW", pool.read(handle, shape));
        assertEquals(versionBits == RacePool.NARROW, steps.word(handle) == word);
        return read.finish();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void twoBitsRefuseAfterAnyOtherNumberOfLives(int lives) {
        HandSteps steps = steps(RacePool.NARROW, Shape.SPANNING);
        pool.prepareSlot(Shape.SPANNING);
        long handle = pool.store(Shape.SPANNING, Content.OLD);

        PausedRead read = steps.beginRead(handle);
        read.copy();
        for (int life = 0; life < lives; life++) {
            pool.liveAgain(Shape.SPANNING, handle);
        }

        assertEquals(RacePool.REFUSED, read.finish());
    }

    @Test
    void twoBitsAcceptAnotherObjectsBytesAfterFourMoves() {
        assertEquals("OTHER", readWhileObjectMoves(RacePool.NARROW, 4));
    }

    @Test
    void twentyOneBitsRefuseThemAfterFourMoves() {
        assertEquals(RacePool.REFUSED, readWhileObjectMoves(RacePool.WIDE, 4));
    }

    /// The width decides and nothing else: after 2^21 events the word is back.
    @Test
    void twentyOneBitsWouldAcceptThemAfterTwoMillionMoves() {
        int events = 1 << RacePool.WIDE;
        assertEquals(RacePool.REFUSED, readWhileObjectMoves(RacePool.WIDE, events - 2));
        assertEquals("OTHER", readWhileObjectMoves(RacePool.WIDE, events));
    }

    /// The bytes are copied while the object is away and another one lies in its place.
    private String readWhileObjectMoves(int versionBits, int moves) {
        HandSteps steps = steps(versionBits, Shape.SPANNING);
        long handle = pool.prepareMoveThereAndBack(Shape.SPANNING);
        PausedRead read = steps.beginRead(handle);
        steps.moveAway(handle);
        long other = pool.store(Shape.SPANNING, Content.OTHER);
        read.copy();
        pool.free(other);
        for (int move = 1; move < moves; move++) {
            steps.moveAway(handle);
        }
        assertEquals("OLD", pool.read(handle, Shape.SPANNING));
        return read.finish();
    }
}
