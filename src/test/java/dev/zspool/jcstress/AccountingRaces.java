package dev.zspool.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.zspool.zsmalloc.HandSteps;
import dev.zspool.zsmalloc.RacePool;
import dev.zspool.zsmalloc.RacePool.Content;
import dev.zspool.zsmalloc.RacePool.Move;
import dev.zspool.zsmalloc.RacePool.Shape;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/// Two writers meet at one object or one zspage: no slot, handle or page is lost or counted twice.
///
/// The last column is the checker's verdict, exact page counts after a compaction included.
public final class AccountingRaces {
    private AccountingRaces() {}

    /// An object is freed while compaction moves it.
    @JCStressTest
    @Outcome(id = "FREED, NOT_LIVE FILLER, SOUND", expect = ACCEPTABLE, desc = "exact")
    @Outcome(expect = FORBIDDEN, desc = "lost or damaged")
    @State
    public static class FreeAgainstMove {
        private final RacePool pool = RacePool.borrow(RacePool.WIDE);
        private final Move move = pool.prepareMove(Shape.SPANNING);

        @Actor
        public void free(LLL_Result result) {
            result.r1 = pool.free(move.handle());
        }

        @Actor
        public void compactor() {
            pool.compact();
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r2 = remains(pool, move);
            result.r3 = pool.verdict(Shape.SPANNING, Shape.SPANNING.slots() - 1);
            pool.recycleOrDiscard(result.r3.toString());
        }
    }

    /// Weakened: the place to free is looked up before the lock is taken (bug B30).
    @JCStressTest
    @Outcome(id = "FREED, NOT_LIVE FILLER, SOUND", expect = ACCEPTABLE, desc = "exact")
    @Outcome(
            id = "FREED, .*, UNSOUND",
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class FreeAgainstMoveWeakened {
        private final RacePool pool = RacePool.borrow(RacePool.WIDE);
        private final HandSteps steps = new HandSteps(pool, Shape.SPANNING);
        private final Move move = pool.prepareMove(Shape.SPANNING);

        @Actor
        public void free(LLL_Result result) {
            result.r1 = steps.freeWithStaleLocation(move.handle());
        }

        @Actor
        public void compactor() {
            pool.compact();
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r2 = remains(pool, move);
            result.r3 = pool.verdict(Shape.SPANNING, Shape.SPANNING.slots() - 1);
            pool.recycleOrDiscard(result.r3.toString());
        }
    }

    /// Two frees of one handle: one of them wins (bug B17).
    @JCStressTest
    @Outcome(
            id = {"FREED, NOT_LIVE, SOUND", "NOT_LIVE, FREED, SOUND"},
            expect = ACCEPTABLE,
            desc = "one of them wins")
    @Outcome(expect = FORBIDDEN, desc = "freed twice, or not at all")
    @State
    public static class FreeAgainstFree {
        private final RacePool pool = RacePool.borrow(RacePool.WIDE);
        private final Move move = pool.prepareMove(Shape.SPANNING);

        @Actor
        public void one(LLL_Result result) {
            result.r1 = pool.free(move.handle());
        }

        @Actor
        public void other(LLL_Result result) {
            result.r2 = pool.free(move.handle());
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r3 = pool.verdict(Shape.SPANNING, Shape.SPANNING.slots() - 1);
            pool.recycleOrDiscard(result.r3.toString());
        }
    }

    /// An object is stored while the last one of the only zspage with room is freed.
    @JCStressTest
    @Outcome(id = "FREED, NEW, SOUND", expect = ACCEPTABLE, desc = "exact")
    @Outcome(expect = FORBIDDEN, desc = "lost or damaged")
    @State
    public static class AllocateAgainstLastFree {
        private final RacePool pool = RacePool.borrow(RacePool.WIDE);
        private final long handle = pool.store(Shape.SPANNING, Content.OLD);
        private long stored;

        @Actor
        public void free(LLL_Result result) {
            result.r1 = pool.free(handle);
        }

        @Actor
        public void allocate() {
            stored = pool.store(Shape.SPANNING, Content.NEW);
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r2 = pool.read(stored, Shape.SPANNING);
            result.r3 = pool.verdict(Shape.SPANNING, 1);
            pool.recycleOrDiscard(result.r3.toString());
        }
    }

    /// Weakened: the empty zspage stays on its list until the lock is taken a second time.
    @JCStressTest
    @Outcome(id = "FREED, NEW, SOUND", expect = ACCEPTABLE, desc = "exact")
    @Outcome(
            id = "FREED, .*, UNSOUND",
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class AllocateAgainstLastFreeWeakened {
        private final RacePool pool = RacePool.borrow(RacePool.WIDE);
        private final HandSteps steps = new HandSteps(pool, Shape.SPANNING);
        private final long handle = pool.store(Shape.SPANNING, Content.OLD);
        private long stored;

        @Actor
        public void free(LLL_Result result) {
            result.r1 = steps.freeInTwoSections(handle);
        }

        @Actor
        public void allocate() {
            stored = pool.store(Shape.SPANNING, Content.NEW);
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r2 = pool.read(stored, Shape.SPANNING);
            result.r3 = pool.verdict(Shape.SPANNING, 1);
            pool.recycleOrDiscard(result.r3.toString());
        }
    }

    private static String remains(RacePool pool, Move move) {
        return pool.read(move.handle(), Shape.SPANNING)
                + " "
                + pool.read(move.neighbour(), Shape.SPANNING);
    }
}
