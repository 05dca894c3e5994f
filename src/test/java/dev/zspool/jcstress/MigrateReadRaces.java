package dev.zspool.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.zspool.zsmalloc.MigrationRace;
import dev.zspool.zsmalloc.MigrationSteps;
import dev.zspool.zsmalloc.MigrationSteps.Mistake;
import dev.zspool.zsmalloc.RacePool;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/// A page migrates while somebody reads an object on it: always its exact bytes, or none.
///
/// OLD is the object, which begins on the first page and ends on the second. The frame that the
/// page leaves gets other bytes at once.
public final class MigrateReadRaces {
    private MigrateReadRaces() {}

    /// The page on which the object begins.
    @JCStressTest
    @Outcome(id = "MIGRATED, OLD", expect = ACCEPTABLE, desc = "moved, and read exactly")
    @Outcome(expect = FORBIDDEN, desc = "other bytes, or not moved")
    @State
    public static class FirstPage {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 4);

        @Actor
        public void reader(LL_Result result) {
            result.r2 = race.read();
        }

        @Actor
        public void migrator(LL_Result result) {
            result.r1 = race.migrateAndReuse(MigrationRace.FIRST_PAGE);
        }

        @Arbiter
        public void end(LL_Result result) {
            race.end();
        }
    }

    /// Weakened: the old frame is somebody else's before the words lead elsewhere.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "exact")
    @Outcome(
            id = {"OTHER", "TORN"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class FirstPageWeakened {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 4);
        private final MigrationSteps steps = new MigrationSteps(race);

        @Actor
        public void reader(L_Result result) {
            result.r1 = race.read();
        }

        @Actor
        public void migrator() {
            steps.migrate(MigrationRace.FIRST_PAGE, Mistake.FRAME_BEFORE_WORDS);
        }

        @Arbiter
        public void end(L_Result result) {
            race.end();
        }
    }

    /// The page on which the object ends; its word names the other one.
    @JCStressTest
    @Outcome(id = "MIGRATED, OLD", expect = ACCEPTABLE, desc = "moved, and read exactly")
    @Outcome(expect = FORBIDDEN, desc = "other bytes, or not moved")
    @State
    public static class SecondPage {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 4);

        @Actor
        public void reader(LL_Result result) {
            result.r2 = race.read();
        }

        @Actor
        public void migrator(LL_Result result) {
            result.r1 = race.migrateAndReuse(MigrationRace.SECOND_PAGE);
        }

        @Arbiter
        public void end(LL_Result result) {
            race.end();
        }
    }

    /// A reader that knows the second frame falls asleep before it copies from it.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "exact")
    @Outcome(id = "REFUSED", expect = ACCEPTABLE, desc = "the word has changed")
    @Outcome(expect = FORBIDDEN, desc = "other bytes")
    @State
    public static class SecondPageSlowly {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 4);
        private final MigrationSteps steps = new MigrationSteps(race);

        @Actor
        public void reader(L_Result result) {
            result.r1 = steps.readSlowly();
        }

        @Actor
        public void migrator() {
            steps.awaitReader();
            race.migrateAndReuse(MigrationRace.SECOND_PAGE);
        }

        @Arbiter
        public void end(L_Result result) {
            race.end();
        }
    }

    /// Weakened: only objects that begin on the page get a new word.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "exact")
    @Outcome(id = "REFUSED", expect = ACCEPTABLE, desc = "the word has changed")
    @Outcome(
            id = {"OTHER", "TORN"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class SecondPageWeakened {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 4);
        private final MigrationSteps steps = new MigrationSteps(race);

        @Actor
        public void reader(L_Result result) {
            result.r1 = steps.readSlowly();
        }

        @Actor
        public void migrator() {
            steps.awaitReader();
            steps.migrate(MigrationRace.SECOND_PAGE, Mistake.NOT_WHAT_RUNS_IN);
        }

        @Arbiter
        public void end(L_Result result) {
            race.end();
        }
    }

    /// The same steps by hand, nothing left out: it is the mistake that makes the difference.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "exact")
    @Outcome(id = "REFUSED", expect = ACCEPTABLE, desc = "the word has changed")
    @Outcome(expect = FORBIDDEN, desc = "other bytes")
    @State
    public static class RightOrder {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 4);
        private final MigrationSteps steps = new MigrationSteps(race);

        @Actor
        public void reader(L_Result result) {
            result.r1 = steps.readSlowly();
        }

        @Actor
        public void migrator() {
            steps.awaitReader();
            steps.migrate(MigrationRace.SECOND_PAGE, Mistake.NONE);
        }

        @Arbiter
        public void end(L_Result result) {
            race.end();
        }
    }

    /// The page migrates four times and is back in its frame while the reader sleeps.
    @JCStressTest
    @Outcome(id = "OLD", expect = ACCEPTABLE, desc = "exact")
    @Outcome(id = "REFUSED", expect = ACCEPTABLE, desc = "the word has changed")
    @Outcome(expect = FORBIDDEN, desc = "other bytes")
    @State
    public static class SleepingReader {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 4);
        private final MigrationSteps steps = new MigrationSteps(race);

        @Actor
        public void reader(L_Result result) {
            result.r1 = steps.readSlowly();
        }

        @Actor
        public void migrator() {
            steps.awaitReader();
            steps.migrateThereAndBack(MigrationRace.FIRST_PAGE, 2);
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
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.NARROW), 4);
        private final MigrationSteps steps = new MigrationSteps(race);

        @Actor
        public void reader(L_Result result) {
            result.r1 = steps.readSlowly();
        }

        @Actor
        public void migrator() {
            steps.awaitReader();
            steps.migrateThereAndBack(MigrationRace.FIRST_PAGE, 2);
        }

        @Arbiter
        public void end(L_Result result) {
            race.end();
        }
    }
}
