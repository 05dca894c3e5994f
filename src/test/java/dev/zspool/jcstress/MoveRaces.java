package dev.zspool.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.zspool.zsmalloc.HandSteps;
import dev.zspool.zsmalloc.HandSteps.Order;
import dev.zspool.zsmalloc.RacePool;
import dev.zspool.zsmalloc.RacePool.Content;
import dev.zspool.zsmalloc.RacePool.Shape;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZL_Result;

/// Compaction moves an object while somebody reads it: always its exact bytes.
///
/// OLD is the object, OTHER what lay in its new place before, and what is written to its old place
/// after the move.
public final class MoveRaces {
    private MoveRaces() {}

    /// An object in one frame.
    @JCStressTest
    @Outcome(id = "true, OLD", expect = ACCEPTABLE, desc = "moved, and read exactly")
    @Outcome(expect = FORBIDDEN, desc = "other bytes, or nothing moved")
    @State
    public static class InOneFrame {
        private final RealMove race = new RealMove(Shape.IN_ONE_FRAME);

        @Actor
        public void reader(ZL_Result result) {
            result.r2 = race.read();
        }

        @Actor
        public void compactor(ZL_Result result) {
            result.r1 = race.compactAndReuse();
        }

        @Arbiter
        public void end(ZL_Result result) {
            race.end();
        }
    }

    /// An object that runs from one frame into the next, before and after.
    @JCStressTest
    @Outcome(id = "true, OLD", expect = ACCEPTABLE, desc = "moved, and read exactly")
    @Outcome(expect = FORBIDDEN, desc = "other bytes, or nothing moved")
    @State
    public static class Spanning {
        private final RealMove race = new RealMove(Shape.SPANNING);

        @Actor
        public void reader(ZL_Result result) {
            result.r2 = race.read();
        }

        @Actor
        public void compactor(ZL_Result result) {
            result.r1 = race.compactAndReuse();
        }

        @Arbiter
        public void end(ZL_Result result) {
            race.end();
        }
    }

    /// Weakened: the old place is used again, and only then does the word change.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "exact")
    @Outcome(
            id = {"OTHER", "TORN"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class PlaceBeforeWordWeakened {
        private final HandMove race = new HandMove(Order.PLACE_BEFORE_WORD);

        @Actor
        public void reader(L_Result result) {
            result.r1 = race.read();
        }

        @Actor
        public void compactor() {
            race.move();
        }

        @Arbiter
        public void end(L_Result result) {
            race.end();
        }
    }

    /// Weakened: the word leads to the new place before the bytes are there.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "exact")
    @Outcome(
            id = {"OTHER", "TORN"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class WordBeforeBytesWeakened {
        private final HandMove race = new HandMove(Order.WORD_BEFORE_BYTES);

        @Actor
        public void reader(L_Result result) {
            result.r1 = race.read();
        }

        @Actor
        public void compactor() {
            race.move();
        }

        @Arbiter
        public void end(L_Result result) {
            race.end();
        }
    }

    /// The same steps by hand in the right order: it is the order that makes the difference.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "exact")
    @Outcome(expect = FORBIDDEN, desc = "other bytes")
    @State
    public static class RightOrder {
        private final HandMove race = new HandMove(Order.RIGHT);

        @Actor
        public void reader(L_Result result) {
            result.r1 = race.read();
        }

        @Actor
        public void compactor() {
            race.move();
        }

        @Arbiter
        public void end(L_Result result) {
            race.end();
        }
    }

    /// A reader sleeps between its two looks while the object moves four times and is back where it
    /// was.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "exact")
    @Outcome(id = "REFUSED", expect = ACCEPTABLE, desc = "the word has changed")
    @Outcome(expect = FORBIDDEN, desc = "other bytes")
    @State
    public static class SleepingReader {
        private final SlowMove race = new SlowMove(RacePool.WIDE);

        @Actor
        public void reader(L_Result result) {
            result.r1 = race.read();
        }

        @Actor
        public void compactor() {
            race.moveFourTimes();
        }

        @Arbiter
        public void end(L_Result result) {
            race.end();
        }
    }

    /// Weakened: the version has two bits, and the word comes back.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "exact")
    @Outcome(id = "REFUSED", expect = ACCEPTABLE, desc = "the word has changed")
    @Outcome(
            id = {"OTHER", "TORN"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class SleepingReaderWeakened {
        private final SlowMove race = new SlowMove(RacePool.NARROW);

        @Actor
        public void reader(L_Result result) {
            result.r1 = race.read();
        }

        @Actor
        public void compactor() {
            race.moveFourTimes();
        }

        @Arbiter
        public void end(L_Result result) {
            race.end();
        }
    }

    private static final class RealMove {
        private final RacePool pool = RacePool.borrow(RacePool.WIDE);
        private final Shape shape;
        private final long handle;

        private RealMove(Shape shape) {
            this.shape = shape;
            this.handle = pool.prepareMove(shape).handle();
        }

        private String read() {
            return pool.readWhile(Content.OLD.name(), handle, shape);
        }

        private boolean compactAndReuse() {
            boolean moved = pool.compact() > 0;
            pool.overwriteFreed(shape);
            return moved;
        }

        private void end() {
            pool.recycle();
        }
    }

    private static final class HandMove {
        private final RacePool pool = RacePool.borrow(RacePool.WIDE);
        private final HandSteps steps = new HandSteps(pool, Shape.SPANNING);
        private final long handle = pool.prepareMove(Shape.SPANNING).handle();
        private final Order order;

        private HandMove(Order order) {
            this.order = order;
        }

        private String read() {
            return pool.readWhile(Content.OLD.name(), handle, Shape.SPANNING);
        }

        private void move() {
            steps.moveAndReuse(handle, Content.OTHER, order);
        }

        private void end() {
            pool.recycle();
        }
    }

    /// The race of both sleeping readers; only the width of the version differs.
    private static final class SlowMove {
        private final RacePool pool;
        private final HandSteps steps;
        private final SleepingRead sleeper;
        private final long handle;

        private SlowMove(int versionBits) {
            pool = RacePool.borrow(versionBits);
            steps = new HandSteps(pool, Shape.SPANNING);
            handle = pool.prepareMoveThereAndBack(Shape.SPANNING);
            sleeper = new SleepingRead(steps, handle);
        }

        private String read() {
            return sleeper.read(pool.nextPause() >> 3);
        }

        private void moveFourTimes() {
            sleeper.await();
            for (int round = 0; round < 2; round++) {
                steps.moveAway(handle);
                pool.free(pool.store(Shape.SPANNING, Content.OTHER));
                steps.moveAway(handle);
            }
        }

        private void end() {
            pool.recycle();
        }
    }
}
