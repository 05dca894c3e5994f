package dev.zspool.lincheck;

import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Allocate, read, free and compact are linearizable, and the checker finds nothing afterwards.
///
/// Small bounds, for every build; `zspool.test.lincheck.factor` multiplies them.
class PoolLincheckTest {
    private static final int FACTOR = Integer.getInteger("zspool.test.lincheck.factor", 1);

    /// A compaction looks at 119 classes; that is no livelock.
    private static final int MOST_LOOPS = 10_000;

    /// Immutable, or only used under a lock, or by the check afterwards: nothing to interleave.
    private static final String[] QUIET_CLASSES = {
        "dev.zspool.zsmalloc.SizeClassTable",
        "dev.zspool.zsmalloc.PoolGeometry",
        "dev.zspool.zsmalloc.PoolChecker",
        "dev.zspool.zsmalloc.HandleTableChecker",
        "dev.zspool.page.FrameMap",
        "dev.zspool.page.DensityLists",
    };

    @Test
    @DisplayName("model checking over the heap twin")
    void modelChecking() {
        new ModelCheckingOptions()
                .addGuarantee(
                        ManagedStrategyGuaranteeKt.forClasses(QUIET_CLASSES).allMethods().ignore())
                .addGuarantee(
                        ManagedStrategyGuaranteeKt.forClasses("dev.zspool.zsmalloc.SizeClass")
                                .methods("reclaimablePages")
                                .treatAsAtomic())
                .iterations(3 * FACTOR)
                .invocationsPerIteration(120 * FACTOR)
                .loopIterationsBeforeThreadSwitch(MOST_LOOPS)
                .loopBound(MOST_LOOPS)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(1)
                .sequentialSpecification(PoolSpecification.class)
                .check(PoolUnderTest.class);
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
}
