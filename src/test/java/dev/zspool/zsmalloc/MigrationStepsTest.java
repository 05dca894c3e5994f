package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.zsmalloc.MigrationSteps.Mistake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The steps of a migration by hand do what the pool does as long as nobody disturbs them, mistakes
/// included: what a weakened memory-model test shows is the race and nothing else.
class MigrationStepsTest {
    private MigrationRace race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 4);
    private MigrationSteps steps = new MigrationSteps(race);

    private void begin(int live) {
        race.end();
        race = new MigrationRace(RacePool.borrow(RacePool.WIDE), live);
        steps = new MigrationSteps(race);
    }

    private void endSound(int added) {
        String verdict = race.verdict(added);
        race.end(verdict);
        assertEquals(RacePool.SOUND, verdict);
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void thePoolMigrates(int position) {
        assertEquals("MIGRATED", race.migrateAndReuse(position));
        assertEquals("OLD", race.readOnce());
        assertEquals("OLD", steps.readSlowly());
        endSound(0);
    }

    @ParameterizedTest
    @EnumSource(Mistake.class)
    void migrates(Mistake mistake) {
        steps.migrate(MigrationRace.FIRST_PAGE, mistake);
        steps.migrate(MigrationRace.SECOND_PAGE, mistake);
        assertEquals("OLD", race.readOnce());
        assertEquals("OLD", steps.readSlowly());
        endSound(0);
    }

    @Test
    void migratesThereAndBack() {
        int frame = race.frame(MigrationRace.FIRST_PAGE);
        steps.migrateThereAndBack(MigrationRace.FIRST_PAGE, 2);
        assertEquals(frame, race.frame(MigrationRace.FIRST_PAGE));
        assertEquals("OLD", race.readOnce());
        endSound(0);
    }

    @Test
    void migratesWithStaleLink() {
        race.isolate(MigrationRace.FIRST_PAGE);
        race.isolate(MigrationRace.SECOND_PAGE);
        assertEquals("MIGRATED", steps.migrateWithStaleLink(MigrationRace.FIRST_PAGE));
        assertEquals("MIGRATED", race.migrate(MigrationRace.SECOND_PAGE));
        assertEquals("OLD", race.readOnce());
        endSound(0);
    }

    @Test
    void migratesInTwoSections() {
        begin(1);
        race.isolate(MigrationRace.FIRST_PAGE);
        assertEquals("MIGRATED", steps.migrateInTwoSections(MigrationRace.FIRST_PAGE));
        assertEquals("OLD", race.readOnce());
        endSound(0);

        race = new MigrationRace(RacePool.borrow(RacePool.WIDE), 1);
        steps = new MigrationSteps(race);
        race.isolate(MigrationRace.FIRST_PAGE);
        assertEquals("FREED", race.free());
        assertEquals("EMPTY", steps.migrateInTwoSections(MigrationRace.FIRST_PAGE));
        endSound(-1);
    }

    @Test
    void putsBackInTwoSections() {
        begin(2);
        race.isolate(MigrationRace.FIRST_PAGE);
        assertEquals("PUT_BACK", steps.putBackInTwoSections(MigrationRace.FIRST_PAGE));
        assertEquals("NEW", race.storeNew());
        endSound(1);
    }

    @Test
    void freesWithStaleLocation() {
        race.isolate(MigrationRace.FIRST_PAGE);
        assertEquals("FREED", steps.freeWithStaleLocation());
        assertEquals("MIGRATED", race.migrate(MigrationRace.FIRST_PAGE));
        endSound(-1);
    }
}
