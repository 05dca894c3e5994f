package dev.zspool.pressure;

import static dev.zspool.pressure.PressureRig.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.zspool.blob.AppendOutcome;
import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobWrite;
import dev.zspool.blob.Durability;
import dev.zspool.blob.FullPolicy;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.WriteAdmission;
import dev.zspool.page.Pace;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the controller does with a real engine, when others need memory and when somebody asks.
class PressureControllerTest {
    private static final int SECOND = 10;

    @RegisterExtension final PressureRig rig = new PressureRig();

    private BlobPool durable() {
        return rig.pool("durable", Durability.ASYNC, FullPolicy.REJECT);
    }

    private BlobPool memoryOnly() {
        return rig.pool("memory", Durability.NONE, FullPolicy.REJECT);
    }

    @Test
    @DisplayName(
            "a neighbour grows: durable blobs leave memory, stay readable, and the room is its")
    void neighbourGrows() {
        BlobPool pool = durable();
        int blobs = rig.fill(pool, 80 * MIB);
        rig.ticks(SECOND);
        for (int step = 0; step < 50; step++) {
            rig.othersBytes += 2 * MIB;
            rig.ticks(1);
            assertTrue(rig.headroomBytes() > 0, () -> "over the limit: " + rig.headroomBytes());
        }
        rig.ticks(10 * SECOND);
        PressureView view = rig.controller.view();
        assertTrue(rig.headroomBytes() >= view.marks().lowBytes(), view.toString());
        assertTrue(rig.backedBytes() < 50 * MIB, () -> "" + rig.backedBytes());
        for (int i = 0; i < blobs; i += 97) {
            rig.verify(pool, i);
        }
        // Writers get through meanwhile: what they need is evicted.
        rig.fill(pool, 10 * MIB);
        rig.othersBytes -= 100 * MIB;
        rig.ticks(31 * SECOND);
        view = rig.controller.view();
        assertEquals(PressureLevel.CALM, view.level());
        assertEquals(view.budget().configuredBytes(), view.budget().frameBudgetBytes());
        assertTrue(rig.told.contains("CALM to TIGHT"), rig.told::toString);
        assertTrue(rig.told.contains("TIGHT to CALM"), rig.told::toString);
    }

    @Test
    @DisplayName("nothing to give: writers wait, are refused then, and are let in when it is over")
    void nothingToGive() {
        BlobPool pool = memoryOnly();
        int blobs = rig.fill(pool, 60 * MIB);
        rig.othersBytes = rig.limitBytes - rig.backedBytes() - 4 * MIB;
        rig.ticks(2);
        assertEquals(WriteAdmission.WAIT, rig.host.admission());
        rig.ticks(6 * SECOND);
        assertEquals(PressureLevel.REFUSING, rig.controller.view().level());
        assertEquals(WriteAdmission.REFUSE, rig.host.admission());
        assertTrue(rig.controller.retryAfterSeconds() >= 1);
        assertInstanceOf(PutResult.OutOfMemory.class, rig.tryPut(pool, blobs + 1));
        rig.ticks(1);
        assertEquals(1, totals(ShrinkStep.REFUSAL).runs());
        for (int i = 0; i < blobs; i += 97) {
            rig.verify(pool, i);
        }
        rig.othersBytes = 100 * MIB;
        rig.ticks(5 * SECOND);
        assertEquals(WriteAdmission.OPEN, rig.host.admission());
        rig.ticks(30 * SECOND);
        assertEquals(PressureLevel.CALM, rig.controller.view().level());
        rig.put(pool, blobs + 1);
    }

    @Test
    @DisplayName("a shrink that can be reached is, and nothing grows back while it is held")
    void shrink() {
        BlobPool pool = durable();
        int blobs = rig.fill(pool, 80 * MIB);
        long before = rig.backedBytes();
        ShrinkPreview preview = rig.controller.preview(ShrinkTarget.releaseBytes(40 * MIB));
        assertEquals(0, preview.missingBytes());
        CompletableFuture<ShrinkReport> report =
                rig.controller
                        .shrink(ShrinkTarget.releaseBytes(40 * MIB), 60_000_000_000L)
                        .toCompletableFuture();
        assertEquals(
                ShrinkReport.BUSY,
                rig.controller
                        .shrink(ShrinkTarget.releaseBytes(1), 0)
                        .toCompletableFuture()
                        .join());
        rig.ticks(3 * SECOND);
        assertTrue(report.isDone());
        assertEquals(ShrinkReport.Outcome.REACHED, report.join().outcome());
        assertTrue(report.join().releasedBytes() >= 40 * MIB, report.join()::toString);
        assertTrue(before - rig.backedBytes() >= 40 * MIB);
        assertFalse(report.join().steps().isEmpty());
        for (int i = 0; i < 4_000; i++) {
            rig.put(pool, blobs + i);
        }
        rig.ticks(50 * SECOND);
        assertTrue(before - rig.backedBytes() >= 38 * MIB, () -> "" + rig.backedBytes());
        rig.ticks(60 * SECOND);
        PressureView.Budget budget = rig.controller.view().budget();
        assertEquals(budget.configuredBytes(), budget.frameBudgetBytes());
        rig.verify(pool, 1);
    }

    @Test
    @DisplayName("a shrink that cannot be reached says what is missing, and harms nobody")
    void shrinkMisses() {
        BlobPool pool = memoryOnly();
        int blobs = rig.fill(pool, 60 * MIB);
        assertTrue(
                rig.controller.preview(ShrinkTarget.workingSetBytes(120 * MIB)).missingBytes()
                        > 30 * MIB);
        CompletableFuture<ShrinkReport> report =
                rig.controller
                        .shrink(ShrinkTarget.workingSetBytes(120 * MIB), 60_000_000_000L)
                        .toCompletableFuture();
        rig.ticks(5 * SECOND);
        assertEquals(ShrinkReport.Outcome.NOTHING_LEFT, report.join().outcome());
        assertTrue(report.join().missingBytes() > 30 * MIB, report.join()::toString);
        assertEquals(0, report.join().heldNanos());
        for (int i = 0; i < blobs; i += 97) {
            rig.verify(pool, i);
        }
        rig.ticks(31 * SECOND);
        rig.put(pool, blobs);
    }

    @Test
    @DisplayName("the balloon takes its part, keeps it, and gives it back")
    void balloon() {
        BlobPool pool = durable();
        rig.fill(pool, 80 * MIB);
        assertThrows(
                IllegalArgumentException.class,
                () -> rig.controller.setBalloon(113 * MIB, Balloon.NEVER));
        rig.controller.setBalloon(100 * MIB, 120_000_000_000L);
        rig.ticks(10 * SECOND);
        BalloonView view = rig.controller.balloon();
        assertEquals(100 * MIB, view.reachedBytes());
        assertTrue(rig.backedBytes() <= 28 * MIB, () -> "" + rig.backedBytes());
        rig.fill(pool, 30 * MIB);
        assertTrue(rig.backedBytes() <= 28 * MIB, () -> "" + rig.backedBytes());
        rig.ticks(120 * SECOND);
        assertEquals(0, rig.controller.balloon().wantedBytes());
        PressureView.Budget budget = rig.controller.view().budget();
        assertEquals(128 * MIB, budget.frameBudgetBytes());
        assertTrue(rig.told.contains("balloon 0"), rig.told::toString);
    }

    private StepTotals totals(ShrinkStep step) {
        return rig.controller.view().steps().stream()
                .filter(totals -> totals.step() == step)
                .findFirst()
                .orElse(new StepTotals(step, 0, 0, 0));
    }

    @Test
    @DisplayName("a writer that waits is counted, and for how long")
    void waitsAreCounted() {
        BlobPool pool = memoryOnly();
        int blobs = rig.fill(pool, 60 * MIB);
        assertEquals(0, totals(ShrinkStep.DIRECT_RECLAIM).runs());
        rig.othersBytes = rig.limitBytes - rig.backedBytes() - 4 * MIB;
        rig.ticks(2);
        BlobWrite write = pool.beginWrite("blob-" + blobs, BlobAttributes.NONE, 1);
        assertEquals(AppendOutcome.PAUSE, write.begin(() -> {}));
        rig.ticks(5);
        assertEquals(1, totals(ShrinkStep.DIRECT_RECLAIM).runs());
        assertEquals(500_000_000, totals(ShrinkStep.DIRECT_RECLAIM).nanos());
        write.abort();
        rig.ticks(1);
        long waited = totals(ShrinkStep.DIRECT_RECLAIM).nanos();
        rig.ticks(5);
        assertEquals(waited, totals(ShrinkStep.DIRECT_RECLAIM).nanos());
        assertEquals(0, totals(ShrinkStep.REFUSAL).runs());
    }

    @Test
    @DisplayName("a balloon consists of whole pageblocks, though what is left was scattered")
    void balloonOfWholeBlocks() {
        BlobPool pool = durable();
        int blobs = rig.fill(pool, 100 * MIB);
        for (int i = 0; i < blobs; i++) {
            if (i % 3 != 0) {
                rig.delete(pool, i);
            }
        }
        pool.compact(Pace.FULL_SPEED);
        rig.arena.giveBack(0);
        assertTrue(rig.arena.stats().sparePageblocks() > 20, rig.arena.stats()::toString);
        assertTrue(rig.controller.balloon().freePageblocks() < 30);
        rig.controller.setBalloon(60 * MIB, Balloon.NEVER);
        rig.ticks(5 * SECOND);
        assertTrue(rig.controller.balloon().freePageblocks() >= 30);
        assertTrue(rig.arena.stats().backedPageblocks() <= 34, rig.arena.stats()::toString);
        rig.verify(pool, 3);
    }

    @Test
    @DisplayName("a balloon leaves something to blobs when the container's limit is lowered")
    void balloonUnderALoweredLimit() {
        rig.fill(durable(), 20 * MIB);
        rig.controller.setBalloon(100 * MIB, Balloon.NEVER);
        rig.limitBytes = 180 * MIB;
        rig.ticks(SECOND);
        assertEquals(16 * MIB, rig.controller.view().budget().frameBudgetBytes());
        assertEquals(100 * MIB, rig.controller.balloon().wantedBytes());
        assertEquals(74 * MIB, rig.controller.balloon().reachedBytes());
    }

    @Test
    @DisplayName("a shrink that comes while memory is given back is begun by the next look")
    void shrinkDuringATick() {
        rig.fill(durable(), 80 * MIB);
        List<CompletableFuture<ShrinkReport>> asked = new ArrayList<>();
        rig.othersBytes = rig.limitBytes - rig.backedBytes() - 12 * MIB;
        // The first look at the clock is that of the tick, the second that of a step.
        rig.atClockCall(
                2,
                () ->
                        asked.add(
                                rig.controller
                                        .shrink(ShrinkTarget.releaseBytes(30 * MIB), 0)
                                        .toCompletableFuture()));
        rig.ticks(1);
        assertEquals(PressureLevel.TIGHT, rig.controller.view().level());
        assertFalse(asked.getFirst().isDone());
        rig.ticks(3 * SECOND);
        assertEquals(ShrinkReport.Outcome.REACHED, asked.getFirst().join().outcome());
        assertTrue(asked.getFirst().join().releasedBytes() >= 30 * MIB);
    }

    @Test
    @DisplayName(
            "what goes by itself during a shrink stays for blobs, and writers always have some")
    void overshoot() {
        BlobPool pool = durable();
        int blobs = rig.fill(pool, 80 * MIB);
        CompletableFuture<ShrinkReport> report =
                rig.controller
                        .shrink(ShrinkTarget.workingSetBytes(150 * MIB), 60_000_000_000L)
                        .toCompletableFuture();
        rig.ticks(1);
        rig.othersBytes -= 40 * MIB;
        rig.ticks(SECOND);
        assertEquals(ShrinkReport.Outcome.REACHED, report.join().outcome());
        long left = 150 * MIB - report.join().workingSetBytes();
        PressureView.Budget budget = rig.controller.view().budget();
        assertTrue(left > 5 * MIB, () -> "" + left);
        assertTrue(budget.heldBytes() >= budget.usedBytes() + left - MIB, budget::toString);
        rig.controller.shrink(ShrinkTarget.releaseBytes(200 * MIB), 0);
        rig.ticks(5 * SECOND);
        rig.controller.shrink(ShrinkTarget.releaseBytes(0), 60_000_000_000L);
        rig.ticks(1);
        for (int i = 0; i < 2_000; i++) {
            rig.put(pool, blobs + i);
        }
    }

    @Test
    @DisplayName("what the kernel keeps of the files goes when no blob is left, and stays away")
    void filePages() {
        rig.fill(durable(), 40 * MIB);
        rig.activeFileBytes = 30 * MIB;
        rig.droppableFileBytes = 25 * MIB;
        rig.ticks(1);
        ShrinkTarget target = ShrinkTarget.workingSetBytes(120 * MIB);
        ShrinkPreview preview = rig.controller.preview(target);
        assertEquals(0, preview.missingBytes());
        assertTrue(preview.filePageBytes() > 10 * MIB, preview::toString);
        CompletableFuture<ShrinkReport> report =
                rig.controller.shrink(target, 20_000_000_000L).toCompletableFuture();
        rig.ticks(3 * SECOND);
        assertEquals(ShrinkReport.Outcome.REACHED, report.join().outcome());
        assertEquals(
                25 * MIB,
                report.join().steps().stream()
                        .filter(step -> step.step() == ShrinkStep.FILE_PAGES)
                        .mapToLong(StepTotals::releasedBytes)
                        .sum());
        // Readers bring it back, and it goes again, as long as the shrink is held.
        for (int i = 0; i < 5; i++) {
            rig.activeFileBytes += 15 * MIB;
            rig.droppableFileBytes += 15 * MIB;
            rig.ticks(SECOND);
            assertTrue(rig.workingSetBytes() <= 120 * MIB, () -> "" + rig.workingSetBytes());
        }
        rig.ticks(20 * SECOND);
        rig.activeFileBytes += 15 * MIB;
        rig.droppableFileBytes += 15 * MIB;
        rig.ticks(10 * SECOND);
        assertEquals(15 * MIB, rig.droppableFileBytes);
    }

    @Test
    @DisplayName("while a shrink is held pages of files that came back go, blobs do not")
    void filesGoWhileHeld() {
        rig.fill(durable(), 40 * MIB);
        rig.controller.shrink(ShrinkTarget.workingSetBytes(130 * MIB), 20_000_000_000L);
        rig.ticks(2 * SECOND);
        long used = rig.controller.view().budget().usedBytes();
        assertTrue(used > 20 * MIB, () -> "" + used);
        rig.activeFileBytes = 15 * MIB;
        rig.droppableFileBytes = 15 * MIB;
        rig.ticks(SECOND);
        assertTrue(rig.workingSetBytes() <= 130 * MIB, () -> "" + rig.workingSetBytes());
        assertEquals(used, rig.controller.view().budget().usedBytes());
        // Nor do they go for a neighbour.
        rig.othersBytes += 30 * MIB;
        rig.ticks(2 * SECOND);
        assertEquals(used, rig.controller.view().budget().usedBytes());
    }

    @Test
    @DisplayName("what is to be given back does not count pages of files")
    void releaseLeavesFilePages() {
        rig.fill(durable(), 20 * MIB);
        rig.activeFileBytes = 30 * MIB;
        rig.droppableFileBytes = 30 * MIB;
        rig.ticks(1);
        ShrinkTarget target = ShrinkTarget.releaseBytes(100 * MIB);
        assertEquals(0, rig.controller.preview(target).filePageBytes());
        CompletableFuture<ShrinkReport> report =
                rig.controller.shrink(target, 0).toCompletableFuture();
        rig.ticks(5 * SECOND);
        assertEquals(ShrinkReport.Outcome.NOTHING_LEFT, report.join().outcome());
        assertEquals(30 * MIB, rig.droppableFileBytes);
    }

    @Test
    @DisplayName("a target that is no bound at all evicts nothing, though not all is in memory")
    void endlessTarget() {
        BlobPool pool = rig.pool("cache", Durability.NONE, FullPolicy.EVICT);
        int blobs = rig.fill(pool, 40 * MIB);
        rig.othersBytes = -30 * MIB;
        rig.controller.shrink(ShrinkTarget.workingSetBytes(Long.MAX_VALUE), 600_000_000_000L);
        rig.ticks(5 * SECOND);
        assertEquals(blobs, pool.stats().blobs());
        assertEquals(128 * MIB, rig.controller.view().budget().frameBudgetBytes());
    }

    @Test
    @DisplayName("the dry run promises what the shrink then gives")
    void dryRun() {
        rig.fill(durable(), 40 * MIB);
        ShrinkPreview preview = rig.controller.preview(ShrinkTarget.releaseBytes(1 << 30));
        long promised = (1L << 30) - preview.missingBytes();
        CompletableFuture<ShrinkReport> report =
                rig.controller.shrink(ShrinkTarget.releaseBytes(promised), 0).toCompletableFuture();
        rig.ticks(4 * SECOND);
        assertEquals(
                ShrinkReport.Outcome.REACHED, report.join().outcome(), report.join()::toString);
    }

    @Test
    @DisplayName("a raised limit that is cut again is cut, and a lowered one is not")
    void uncut() {
        rig.fill(durable(), 20 * MIB);
        rig.limitBytes = 200 * MIB;
        rig.othersBytes = 20 * MIB;
        rig.ticks(40 * SECOND);
        assertFalse(rig.arena.budget().isCut());
        rig.othersBytes = 160 * MIB;
        rig.ticks(SECOND);
        assertTrue(rig.arena.budget().isCut());
    }

    @Test
    @DisplayName("what a compaction does not give, because another one is running, is evicted")
    void compactionIsBusy() {
        BlobPool pool = durable();
        int blobs = rig.fill(pool, 80 * MIB);
        for (int i = 0; i < blobs; i += 2) {
            rig.delete(pool, i);
        }
        long before = rig.backedBytes();
        long[] compactable = {0};
        pool.compact((done, goal) -> {
            compactable[0] =
                    rig.controller.preview(ShrinkTarget.releaseBytes(1 << 30)).compactionBytes();
            rig.controller.shrink(ShrinkTarget.releaseBytes(8 * MIB), 0);
            rig.ticks(SECOND);
            return false;
        });
        assertTrue(compactable[0] > 8 * MIB, () -> "" + compactable[0]);
        assertTrue(rig.told.contains("shrunk REACHED"), rig.told::toString);
        assertTrue(before - rig.backedBytes() >= 8 * MIB);
        rig.verify(pool, 1);
    }

    @Test
    @DisplayName("a shrink that asks for nothing and holds nothing ends what another one holds")
    void holdEnds() {
        rig.fill(durable(), 80 * MIB);
        rig.controller.shrink(ShrinkTarget.releaseBytes(40 * MIB), 600_000_000_000L);
        rig.ticks(60 * SECOND);
        assertTrue(rig.controller.view().budget().frameBudgetBytes() <= 50 * MIB);
        rig.controller.shrink(ShrinkTarget.releaseBytes(0), 0);
        rig.ticks(31 * SECOND);
        assertEquals(128 * MIB, rig.controller.view().budget().frameBudgetBytes());
    }

    @Test
    @DisplayName("a limit above the nearest one is planned by, and pressure comes from the nearest")
    void nestedLimits() {
        rig.fill(durable(), 40 * MIB);
        rig.nearestLimitBytes = 1_000 * MIB;
        rig.outerBytes = 1_000 * MIB - rig.workingSetBytes() - 10 * MIB;
        rig.ticks(1);
        PressureView view = rig.controller.view();
        assertTrue(view.workingSetBytes() < 256 * MIB, view::toString);
        assertEquals(256 * MIB, view.limitBytes());
        assertEquals(128 * MIB, view.budget().configuredBytes());
        assertEquals(List.of(), rig.told.stream().filter(it -> it.startsWith("limit")).toList());
        assertEquals(PressureLevel.SQUEEZED, view.level());
    }

    @Test
    @DisplayName("a shrink to a target means the container, whatever a level above uses")
    void targetOfNestedLimits() {
        BlobPool pool = durable();
        rig.fill(pool, 80 * MIB);
        rig.nearestLimitBytes = 8_000 * MIB;
        rig.outerBytes = 7_400 * MIB - rig.workingSetBytes();
        long target = rig.workingSetBytes() - 20 * MIB;
        ShrinkPreview preview = rig.controller.preview(ShrinkTarget.workingSetBytes(target));
        assertEquals(0, preview.missingBytes());
        CompletableFuture<ShrinkReport> report =
                rig.controller
                        .shrink(ShrinkTarget.workingSetBytes(target), 0)
                        .toCompletableFuture();
        rig.ticks(5 * SECOND);
        assertEquals(ShrinkReport.Outcome.REACHED, report.join().outcome());
        assertTrue(rig.backedBytes() > 40 * MIB, () -> "" + rig.backedBytes());
    }

    @Test
    @DisplayName("what a shrink holds is given up when the limit is raised, not when it is lowered")
    void raisedWhileHeld() {
        rig.fill(durable(), 80 * MIB);
        rig.controller.shrink(ShrinkTarget.releaseBytes(40 * MIB), 600_000_000_000L);
        rig.ticks(10 * SECOND);
        rig.limitBytes = 216 * MIB;
        rig.ticks(31 * SECOND);
        assertTrue(rig.controller.view().budget().frameBudgetBytes() <= 50 * MIB);
        rig.limitBytes = 256 * MIB;
        rig.ticks(31 * SECOND);
        assertEquals(128 * MIB, rig.controller.view().budget().frameBudgetBytes());
    }

    @Test
    @DisplayName("another limit of the container is noticed at the next tick")
    void limitChanges() {
        BlobPool pool = durable();
        rig.fill(pool, 80 * MIB);
        rig.limitBytes = 200 * MIB;
        rig.ticks(1);
        assertEquals(100 * MIB, rig.controller.view().budget().configuredBytes());
        assertTrue(rig.told.contains("limit 256 to 200"), rig.told::toString);
        rig.ticks(10 * SECOND);
        assertTrue(rig.headroomBytes() >= rig.controller.view().marks().lowBytes());
        rig.limitBytes = 256 * MIB;
        rig.ticks(31 * SECOND);
        assertEquals(128 * MIB, rig.controller.view().budget().frameBudgetBytes());
    }

    @Test
    @DisplayName("a group that ran out of memory is no reason to stop")
    void oomEvents() {
        BlobPool pool = durable();
        rig.fill(pool, 40 * MIB);
        rig.oomEvents = 1;
        rig.ticks(1);
        assertTrue(rig.controller.view().level().isAtLeast(PressureLevel.SQUEEZED));
        assertEquals(1, rig.controller.view().oomEvents());
        rig.ticks(35 * SECOND);
        assertEquals(PressureLevel.CALM, rig.controller.view().level());
        rig.verify(pool, 3);
    }

    @Test
    @DisplayName("a cache loses blobs only when durable pools have nothing left")
    void caches() {
        BlobPool cache = rig.pool("cache", Durability.NONE, FullPolicy.EVICT);
        rig.fill(cache, 20 * MIB);
        long cachePages = cache.pages().ownedFrames();
        BlobPool pool = durable();
        rig.fill(pool, 40 * MIB);
        rig.controller.shrink(ShrinkTarget.releaseBytes(20 * MIB), 0);
        rig.ticks(3 * SECOND);
        assertEquals(cachePages, cache.pages().ownedFrames());
        rig.controller.shrink(ShrinkTarget.releaseBytes(30 * MIB), 0);
        rig.ticks(3 * SECOND);
        assertTrue(cache.pages().ownedFrames() < cachePages);
    }

    @Test
    @DisplayName("a tick allocates nothing, neither in peace nor while there is nothing to give")
    void allocation() {
        BlobPool pool = memoryOnly();
        rig.fill(pool, 20 * MIB);
        assertEquals(0, allocatedByTicks());
        rig.othersBytes = rig.limitBytes - rig.backedBytes() - 2 * MIB;
        rig.ticks(40 * SECOND);
        assertEquals(PressureLevel.REFUSING, rig.controller.view().level());
        assertEquals(0, allocatedByTicks());
    }

    /// The least of some rounds: what the JVM does once, like linking a call, is not the tick's.
    private long allocatedByTicks() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        rig.ticks(3_000);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            rig.ticks(1_000);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
