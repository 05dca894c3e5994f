package dev.zspool.lincheck;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Allocate, read, free and compact are linearizable, also while pages are isolated, migrated and
/// put back, and the checker finds nothing afterwards.
///
/// Small bounds, for every build; `zspool.test.lincheck.factor` multiplies them.
class PoolLincheckTest {
    private static final int FACTOR = Integer.getInteger("zspool.test.lincheck.factor", 1);

    /// A compaction looks at 119 classes; that is no livelock.
    private static final int MOST_LOOPS = 10_000;

    /// Immutable, or only used under a lock, or by the check afterwards: nothing to interleave.
    /// (The counters of 119 classes would hide the few places that matter; they have tests of their
    /// own.)
    private static final String[] QUIET_CLASSES = {
        "dev.zspool.zsmalloc.SizeClassTable",
        "dev.zspool.zsmalloc.PoolGeometry",
        "dev.zspool.zsmalloc.PoolChecker",
        "dev.zspool.zsmalloc.HandleTableChecker",
        "dev.zspool.zsmalloc.FullnessLists",
        "dev.zspool.page.FrameMap",
        "dev.zspool.page.FrameBits",
        "dev.zspool.page.FrameOwners",
        "dev.zspool.page.PageblockLists",
        "dev.zspool.page.DensityLists",
        "dev.zspool.zsmalloc.MoveCounters",
    };

    @Test
    @DisplayName("model checking of chosen scenarios over the heap twin")
    void modelCheckingOfScenarios() {
        modelChecking()
                .iterations(0)
                // Freed and reused between the two halves of a copy.
                .addCustomScenario(
                        scenario(List.of(get(2)), List.of(remove(2), put(2, 3), remove(1))))
                // Moved, and the frames that it leaves are reused.
                .addCustomScenario(
                        scenario(List.of(get(0)), List.of(compact(), put(3, 2), put(4, 2))))
                // Read while it moves.
                .addCustomScenario(scenario(List.of(get(0)), List.of(compact())))
                // Freed while it moves.
                .addCustomScenario(
                        scenario(List.of(remove(0), put(0, 3)), List.of(compact(), get(0))))
                .check(PoolUnderTest.class);
    }

    @Test
    @DisplayName("model checking of random scenarios over the heap twin")
    void modelCheckingOfRandomScenarios() {
        modelChecking()
                .iterations(2 * FACTOR)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(1)
                .check(PoolUnderTest.class);
    }

    @Test
    @DisplayName("model checking of chosen scenarios with migrations over the heap twin")
    void modelCheckingOfMigrations() {
        migrations()
                .iterations(0)
                // Read while the page on which it ends migrates, and its old frame is reused.
                .addCustomScenario(
                        scenario(List.of(get(2)), List.of(isolate(), migrate(), put(3, 2))))
                // Freed while the page migrates, and the slot used again.
                .addCustomScenario(
                        scenario(List.of(remove(2), put(2, 3)), List.of(isolate(), migrate())))
                // Compacted while the page is isolated, migrated or put back.
                .addCustomScenario(
                        scenario(List.of(remove(1), compact()), List.of(isolate(), migrate())))
                .addCustomScenario(
                        scenario(List.of(isolate(), putBack()), List.of(compact(), get(0))))
                // Stored while the only zspage with room is put back.
                .addCustomScenario(
                        scenario(List.of(isolate(), putBack()), List.of(put(3, 2), get(3))))
                .check(MigratingPoolUnderTest.class);
    }

    @Test
    @DisplayName("model checking of random scenarios with migrations over the heap twin")
    void modelCheckingOfRandomMigrations() {
        migrations()
                .iterations(2 * FACTOR)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .check(MigratingPoolUnderTest.class);
    }

    private static ModelCheckingOptions migrations() {
        return modelChecking()
                .invocationsPerIteration(50 * FACTOR)
                .sequentialSpecification(MigratingPoolSpecification.class);
    }

    private static ModelCheckingOptions modelChecking() {
        return new ModelCheckingOptions()
                .loopIterationsBeforeThreadSwitch(MOST_LOOPS)
                .loopBound(MOST_LOOPS)
                .addGuarantee(
                        ManagedStrategyGuaranteeKt.forClasses(QUIET_CLASSES).allMethods().ignore())
                .addGuarantee(
                        ManagedStrategyGuaranteeKt.forClasses("dev.zspool.zsmalloc.SizeClass")
                                .methods("reclaimablePages", "liveSlots", "allocatedSlots")
                                .ignore())
                .invocationsPerIteration(100 * FACTOR)
                .sequentialSpecification(PoolSpecification.class);
    }

    @Test
    @DisplayName("stress over the heap twin")
    void stress() {
        new StressOptions()
                .iterations(5 * FACTOR)
                .invocationsPerIteration(200 * FACTOR)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(0)
                .actorsAfter(1)
                .sequentialSpecification(PoolSpecification.class)
                .check(PoolUnderTest.class);
    }

    @Test
    @DisplayName("stress with migrations over the heap twin")
    void stressWithMigrations() {
        new StressOptions()
                .iterations(5 * FACTOR)
                .invocationsPerIteration(200 * FACTOR)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .sequentialSpecification(MigratingPoolSpecification.class)
                .check(MigratingPoolUnderTest.class);
    }

    private static Actor isolate() {
        return actor("isolate", 0);
    }

    private static Actor migrate() {
        return actor("migrate", 0);
    }

    private static Actor putBack() {
        return actor("putBack", 0);
    }

    private static ExecutionScenario scenario(List<Actor> first, List<Actor> second) {
        return new ExecutionScenario(List.of(), List.of(first, second), List.of(), actor("check"));
    }

    private static Actor get(int key) {
        return actor("get", key);
    }

    private static Actor put(int key, int value) {
        return actor("put", key, value);
    }

    private static Actor remove(int key) {
        return actor("remove", key);
    }

    private static Actor compact() {
        return actor("compact");
    }

    private static Actor actor(String name, Integer... arguments) {
        Method method =
                Arrays.stream(MigratingPoolUnderTest.class.getMethods())
                        .filter(candidate -> candidate.getName().equals(name))
                        .findFirst()
                        .orElseThrow();
        return new Actor(method, List.of((Object[]) arguments));
    }
}
