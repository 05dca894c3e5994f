package dev.zspool.pressure;

import static dev.zspool.pressure.PressureRig.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.Durability;
import dev.zspool.blob.FullPolicy;
import dev.zspool.page.Pace;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The system gets a huge page as a whole only: what is evicted from it is warm until the pages
/// that are left have been moved elsewhere.
class HugePagePressureTest {
    private static final int SECOND = 10;

    @RegisterExtension final PressureRig rig = new PressureRig(true);

    private BlobPool filled() {
        BlobPool pool = rig.pool("durable", Durability.ASYNC, FullPolicy.REJECT);
        rig.fill(pool, 80 * MIB);
        assertTrue(rig.arena.adviseHugePages() > 30);
        return pool;
    }

    @Test
    @DisplayName("a neighbour gets what it needs from huge pages, too")
    void neighbourGrows() {
        BlobPool pool = filled();
        for (int step = 0; step < 50; step++) {
            rig.othersBytes += 2 * MIB;
            rig.ticks(1);
            assertTrue(rig.headroomBytes() > 0, () -> "over the limit: " + rig.headroomBytes());
            assertTrue(rig.controller.view().level().compareTo(PressureLevel.TIGHT) <= 0);
        }
        rig.ticks(10 * SECOND);
        PressureView view = rig.controller.view();
        assertTrue(rig.headroomBytes() >= view.marks().lowBytes(), view.toString());
        assertTrue(
                view.steps().stream()
                        .anyMatch(step ->
                                step.step() == ShrinkStep.DEFRAGMENTATION
                                        && step.releasedBytes() > 8 * MIB),
                view.steps()::toString);
        rig.verify(pool, 1);
    }

    @Test
    @DisplayName("the dry run knows what takes moving, and the shrink does it")
    void shrink() {
        BlobPool pool = filled();
        for (int i = 0; i * 3_000L < 40 * MIB; i++) {
            rig.delete(pool, 2 * i);
        }
        pool.compact(Pace.FULL_SPEED);
        long stuckBytes = Reclaimer.bytes(rig.arena.defragmenter().stuckWarmFrames());
        long before = rig.backedBytes();
        assertTrue(stuckBytes > 16 * MIB, () -> "" + stuckBytes);
        ShrinkPreview preview = rig.controller.preview(ShrinkTarget.releaseBytes(64 * MIB));
        assertTrue(preview.defragmentationBytes() > 16 * MIB, preview::toString);
        CompletableFuture<ShrinkReport> report =
                rig.controller.shrink(ShrinkTarget.releaseBytes(32 * MIB), 0).toCompletableFuture();
        rig.ticks(5 * SECOND);
        assertEquals(ShrinkReport.Outcome.REACHED, report.join().outcome());
        assertTrue(before - rig.backedBytes() >= 32 * MIB);
    }
}
