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

/// A handle is published and its place is reused while somebody reads: never bytes of another
/// object under a handle's word.
///
/// OLD is the object that the handle named first, NEW what is written during the race, OTHER what
/// lay in the slot before.
public final class ReuseRaces {
    private ReuseRaces() {}

    /// The object is freed and its slot is used again.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "before the free")
    @Outcome(id = "NOT_LIVE", expect = ACCEPTABLE, desc = "after the free")
    @Outcome(expect = FORBIDDEN, desc = "bytes of another object")
    @State
    public static class Reuse {
        private final RacePool pool = RacePool.borrow(RacePool.WIDE);
        private final long handle;

        public Reuse() {
            pool.prepareSlot(Shape.SPANNING);
            handle = pool.store(Shape.SPANNING, Content.OLD);
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = pool.readWhile(Content.OLD.name(), handle, Shape.SPANNING);
        }

        @Actor
        public void writer() {
            pool.free(handle);
            pool.store(Shape.SPANNING, Content.NEW);
        }

        @Arbiter
        public void end(L_Result result) {
            pool.recycle();
        }
    }

    /// An object is stored while somebody reads the handle that it will get.
    @JCStressTest
    @Outcome(id = "NOT_LIVE", expect = ACCEPTABLE, desc = "before it was published")
    @Outcome(id = "NEW", expect = ACCEPTABLE, desc = "after it was published")
    @Outcome(expect = FORBIDDEN, desc = "bytes that lay in the slot before")
    @State
    public static class Publication {
        private final RacePool pool = RacePool.borrow(RacePool.WIDE);
        private final long handle;

        public Publication() {
            pool.prepareSlot(Shape.SPANNING);
            handle = pool.nextHandle();
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = pool.readWhile(RacePool.NOT_LIVE, handle, Shape.SPANNING);
        }

        @Actor
        public void writer() {
            pool.store(Shape.SPANNING, Content.NEW);
        }

        @Arbiter
        public void end(L_Result result) {
            pool.recycle();
        }
    }

    /// Weakened: the slot is used again, and only then does the word change.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "before the free")
    @Outcome(id = "NOT_LIVE", expect = ACCEPTABLE, desc = "after the free")
    @Outcome(
            id = {"NEW", "TORN"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class PlaceBeforeWordWeakened {
        private final RacePool pool = RacePool.borrow(RacePool.WIDE);
        private final HandSteps steps = new HandSteps(pool, Shape.SPANNING);
        private final long handle;

        public PlaceBeforeWordWeakened() {
            pool.prepareSlot(Shape.SPANNING);
            handle = pool.store(Shape.SPANNING, Content.OLD);
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = pool.readWhile(Content.OLD.name(), handle, Shape.SPANNING);
        }

        @Actor
        public void writer() {
            steps.replace(handle, Content.NEW, Order.PLACE_BEFORE_WORD);
        }

        @Arbiter
        public void end(L_Result result) {
            pool.recycle();
        }
    }

    /// The same steps by hand in the right order: it is the order that makes the difference.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "before the free")
    @Outcome(id = "NOT_LIVE", expect = ACCEPTABLE, desc = "after the free")
    @Outcome(expect = FORBIDDEN, desc = "bytes of another object")
    @State
    public static class WordBeforePlace {
        private final RacePool pool = RacePool.borrow(RacePool.WIDE);
        private final HandSteps steps = new HandSteps(pool, Shape.SPANNING);
        private final long handle;

        public WordBeforePlace() {
            pool.prepareSlot(Shape.SPANNING);
            handle = pool.store(Shape.SPANNING, Content.OLD);
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = pool.readWhile(Content.OLD.name(), handle, Shape.SPANNING);
        }

        @Actor
        public void writer() {
            steps.replace(handle, Content.NEW, Order.RIGHT);
        }

        @Arbiter
        public void end(L_Result result) {
            pool.recycle();
        }
    }

    /// Weakened: the word is published before the bytes are written.
    @JCStressTest
    @Outcome(id = "NOT_LIVE", expect = ACCEPTABLE, desc = "before it was published")
    @Outcome(id = "NEW", expect = ACCEPTABLE, desc = "after it was published")
    @Outcome(
            id = {"OTHER", "TORN"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class WordBeforeBytesWeakened {
        private final RacePool pool = RacePool.borrow(RacePool.WIDE);
        private final HandSteps steps = new HandSteps(pool, Shape.SPANNING);
        private final long handle;

        public WordBeforeBytesWeakened() {
            pool.prepareSlot(Shape.SPANNING);
            handle = pool.nextHandle();
        }

        @Actor
        public void reader(L_Result result) {
            result.r1 = pool.readWhile(RacePool.NOT_LIVE, handle, Shape.SPANNING);
        }

        @Actor
        public void writer() {
            steps.store(Content.NEW, Order.WORD_BEFORE_BYTES);
        }

        @Arbiter
        public void end(L_Result result) {
            pool.recycle();
        }
    }

    /// A reader sleeps between its two looks while the cell gets two more lives and the slot many:
    /// four versions on, at the same place.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "before the first free")
    @Outcome(id = "NOT_LIVE", expect = ACCEPTABLE, desc = "between two lives")
    @Outcome(id = "REFUSED", expect = ACCEPTABLE, desc = "the word has changed")
    @Outcome(id = "NEW", expect = ACCEPTABLE, desc = "a later life of the same handle")
    @Outcome(expect = FORBIDDEN, desc = "bytes of an object of another handle")
    @State
    public static class SleepingReader {
        private final SlowReuse race = new SlowReuse(RacePool.WIDE);

        @Actor
        public void reader(L_Result result) {
            result.r1 = race.read();
        }

        @Actor
        public void writer() {
            race.liveTwice();
        }

        @Arbiter
        public void end(L_Result result) {
            race.end();
        }
    }

    /// Weakened: the version has two bits, and the word comes back.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "before the first free")
    @Outcome(id = "NOT_LIVE", expect = ACCEPTABLE, desc = "between two lives")
    @Outcome(id = "REFUSED", expect = ACCEPTABLE, desc = "the word has changed")
    @Outcome(id = "NEW", expect = ACCEPTABLE, desc = "a later life of the same handle")
    @Outcome(
            id = {"OTHER", "TORN"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class SleepingReaderWeakened {
        private final SlowReuse race = new SlowReuse(RacePool.NARROW);

        @Actor
        public void reader(L_Result result) {
            result.r1 = race.read();
        }

        @Actor
        public void writer() {
            race.liveTwice();
        }

        @Arbiter
        public void end(L_Result result) {
            race.end();
        }
    }

    /// The race of both sleeping readers; only the width of the version differs.
    private static final class SlowReuse {
        private final RacePool pool;
        private final SleepingRead sleeper;
        private final long handle;

        private SlowReuse(int versionBits) {
            pool = RacePool.borrow(versionBits);
            pool.prepareSlot(Shape.SPANNING);
            handle = pool.store(Shape.SPANNING, Content.OLD);
            sleeper = new SleepingRead(new HandSteps(pool, Shape.SPANNING), handle);
        }

        private String read() {
            return sleeper.read(pool.nextPause());
        }

        private void liveTwice() {
            sleeper.await();
            pool.liveAgain(Shape.SPANNING, handle);
            pool.liveAgain(Shape.SPANNING, handle);
        }

        private void end() {
            pool.recycle();
        }
    }
}
