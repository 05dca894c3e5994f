package dev.zspool.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.zspool.zsmalloc.MigrationRace;
import dev.zspool.zsmalloc.MigrationSteps;
import dev.zspool.zsmalloc.RacePool;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/// A migration or a putting back meets a writer, or another migration: no object, slot or page is
/// lost or counted twice.
///
/// The last column is the checker's verdict, exact page counts after a compaction included.
public final class MigrateAccountingRaces {
    private MigrateAccountingRaces() {}

    /// An object is freed while the page on which it begins migrates.
    @JCStressTest
    @Outcome(id = "FREED, MIGRATED, SOUND", expect = ACCEPTABLE, desc = "exact")
    @Outcome(expect = FORBIDDEN, desc = "lost or damaged")
    @State
    public static class FreeAgainstMigrate {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 4);

        public FreeAgainstMigrate() {
            race.isolate(MigrationRace.FIRST_PAGE);
        }

        @Actor
        public void freer(LLL_Result result) {
            result.r1 = race.free();
        }

        @Actor
        public void migrator(LLL_Result result) {
            result.r2 = race.migrate(MigrationRace.FIRST_PAGE);
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r3 = race.verdict(-1);
            race.end(result.r3.toString());
        }
    }

    /// Weakened: the place to free is looked up before the lock is taken (bug B30).
    @JCStressTest
    @Outcome(id = "FREED, MIGRATED, SOUND", expect = ACCEPTABLE, desc = "exact")
    @Outcome(
            id = "FREED, MIGRATED, UNSOUND",
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class FreeAgainstMigrateWeakened {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 4);
        private final MigrationSteps steps = new MigrationSteps(race);

        public FreeAgainstMigrateWeakened() {
            race.isolate(MigrationRace.FIRST_PAGE);
        }

        @Actor
        public void freer(LLL_Result result) {
            result.r1 = steps.freeWithStaleLocation();
        }

        @Actor
        public void migrator(LLL_Result result) {
            result.r2 = race.migrate(MigrationRace.FIRST_PAGE);
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r3 = race.verdict(-1);
            race.end(result.r3.toString());
        }
    }

    /// An object is stored while the only zspage with room is put back.
    @JCStressTest
    @Outcome(id = "NEW, PUT_BACK, SOUND", expect = ACCEPTABLE, desc = "exact")
    @Outcome(expect = FORBIDDEN, desc = "lost or damaged")
    @State
    public static class AllocateAgainstPutBack {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 2);

        public AllocateAgainstPutBack() {
            race.isolate(MigrationRace.FIRST_PAGE);
        }

        @Actor
        public void writer(LLL_Result result) {
            result.r1 = race.storeNew();
        }

        @Actor
        public void owner(LLL_Result result) {
            result.r2 = race.putBack(MigrationRace.FIRST_PAGE);
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r3 = race.verdict(1);
            race.end(result.r3.toString());
        }
    }

    /// Weakened: the zspage is filed before its marks are cleared.
    @JCStressTest
    @Outcome(id = "NEW, PUT_BACK, SOUND", expect = ACCEPTABLE, desc = "exact")
    @Outcome(
            id = "NEW, PUT_BACK, UNSOUND",
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class AllocateAgainstPutBackWeakened {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 2);
        private final MigrationSteps steps = new MigrationSteps(race);

        public AllocateAgainstPutBackWeakened() {
            race.isolate(MigrationRace.FIRST_PAGE);
        }

        @Actor
        public void writer(LLL_Result result) {
            result.r1 = race.storeNew();
        }

        @Actor
        public void owner(LLL_Result result) {
            result.r2 = steps.putBackInTwoSections(MigrationRace.FIRST_PAGE);
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r3 = race.verdict(1);
            race.end(result.r3.toString());
        }
    }

    /// Two pages of one zspage migrate at once.
    @JCStressTest
    @Outcome(id = "MIGRATED, MIGRATED, SOUND", expect = ACCEPTABLE, desc = "exact")
    @Outcome(expect = FORBIDDEN, desc = "lost or damaged")
    @State
    public static class TwoMigrations {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 4);

        public TwoMigrations() {
            race.isolate(MigrationRace.FIRST_PAGE);
            race.isolate(MigrationRace.SECOND_PAGE);
        }

        @Actor
        public void one(LLL_Result result) {
            result.r1 = race.migrate(MigrationRace.FIRST_PAGE);
        }

        @Actor
        public void other(LLL_Result result) {
            result.r2 = race.migrate(MigrationRace.SECOND_PAGE);
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r3 = race.verdict(0);
            race.end(result.r3.toString());
        }
    }

    /// Weakened: the link to the next page is read before the lock is taken (the torn chain of
    /// B10).
    @JCStressTest
    @Outcome(id = "MIGRATED, MIGRATED, SOUND", expect = ACCEPTABLE, desc = "exact")
    @Outcome(
            id = "MIGRATED, .*, UNSOUND",
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class TwoMigrationsWeakened {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 4);
        private final MigrationSteps steps = new MigrationSteps(race);

        public TwoMigrationsWeakened() {
            race.isolate(MigrationRace.FIRST_PAGE);
            race.isolate(MigrationRace.SECOND_PAGE);
        }

        @Actor
        public void one(LLL_Result result) {
            result.r1 = steps.migrateWithStaleLink(MigrationRace.FIRST_PAGE);
        }

        @Actor
        public void other(LLL_Result result) {
            result.r2 = race.migrate(MigrationRace.SECOND_PAGE);
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r3 = race.verdict(0);
            race.end(result.r3.toString());
        }
    }

    /// The last object of an isolated zspage is freed while the page migrates: the pages go (B7).
    @JCStressTest
    @Outcome(
            id = {"FREED, MIGRATED, SOUND", "FREED, EMPTY, SOUND"},
            expect = ACCEPTABLE,
            desc = "exact")
    @Outcome(expect = FORBIDDEN, desc = "lost or damaged")
    @State
    public static class LastFreeAgainstMigrate {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 1);

        public LastFreeAgainstMigrate() {
            race.isolate(MigrationRace.FIRST_PAGE);
        }

        @Actor
        public void freer(LLL_Result result) {
            result.r1 = race.free();
        }

        @Actor
        public void migrator(LLL_Result result) {
            result.r2 = race.migrate(MigrationRace.FIRST_PAGE);
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r3 = race.verdict(-1);
            race.end(result.r3.toString());
        }
    }

    /// Weakened: whether the zspage is empty is not asked again when it is filed (bug B7).
    @JCStressTest
    @Outcome(
            id = {"FREED, MIGRATED, SOUND", "FREED, EMPTY, SOUND"},
            expect = ACCEPTABLE,
            desc = "exact")
    @Outcome(
            id = "FREED, MIGRATED, UNSOUND",
            expect = ACCEPTABLE_INTERESTING,
            desc = "the mistake is seen")
    @State
    public static class LastFreeAgainstMigrateWeakened {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 1);
        private final MigrationSteps steps = new MigrationSteps(race);

        public LastFreeAgainstMigrateWeakened() {
            race.isolate(MigrationRace.FIRST_PAGE);
        }

        @Actor
        public void freer(LLL_Result result) {
            result.r1 = race.free();
        }

        @Actor
        public void migrator(LLL_Result result) {
            result.r2 = steps.migrateInTwoSections(MigrationRace.FIRST_PAGE);
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r3 = race.verdict(-1);
            race.end(result.r3.toString());
        }
    }

    /// The last object of an isolated zspage is freed while the page is put back: the pages go
    /// (B7).
    @JCStressTest
    @Outcome(id = "FREED, PUT_BACK, SOUND", expect = ACCEPTABLE, desc = "exact")
    @Outcome(expect = FORBIDDEN, desc = "lost or damaged")
    @State
    public static class LastFreeAgainstPutBack {
        private final MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 1);

        public LastFreeAgainstPutBack() {
            race.isolate(MigrationRace.FIRST_PAGE);
        }

        @Actor
        public void freer(LLL_Result result) {
            result.r1 = race.free();
        }

        @Actor
        public void owner(LLL_Result result) {
            result.r2 = race.putBack(MigrationRace.FIRST_PAGE);
        }

        @Arbiter
        public void end(LLL_Result result) {
            result.r3 = race.verdict(-1);
            race.end(result.r3.toString());
        }
    }
}
