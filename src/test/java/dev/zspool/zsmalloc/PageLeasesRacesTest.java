package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zspool.page.MovablePages;
import dev.zspool.page.MoveOutcome;
import dev.zspool.testkit.Engines;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What happens to leases when somebody else comes in between two steps of one of them.
class PageLeasesRacesTest {
    private static final Duration LIFE = Duration.ofSeconds(30);

    @RegisterExtension final Engines engines = new Engines();

    private final ZsPool pool = engines.heapPool(8);
    private final PoolPages pages = pool.pages();
    private final InterruptedMover mover = new InterruptedMover(pages);
    private Instant now = Instant.EPOCH;
    private final PageLeases leases =
            new PageLeases(pool, mover, () -> now, new SplittableRandom(1));

    /// Lets the test change what the next move answers, and do something behind it.
    private static final class InterruptedMover implements MovablePages {
        private final MovablePages inner;
        private UnaryOperator<MoveOutcome> next = UnaryOperator.identity();
        private @Nullable Supplier<MoveOutcome> insteadOfMigrating;

        private InterruptedMover(MovablePages inner) {
            this.inner = inner;
        }

        private MoveOutcome answer(MoveOutcome outcome) {
            UnaryOperator<MoveOutcome> behind = next;
            next = UnaryOperator.identity();
            return behind.apply(outcome);
        }

        @Override
        public MoveOutcome isolate(int frame) {
            return answer(inner.isolate(frame));
        }

        @Override
        public MoveOutcome migrate(int frame, int target) {
            return insteadOfMigrating != null
                    ? insteadOfMigrating.get()
                    : answer(inner.migrate(frame, target));
        }

        @Override
        public MoveOutcome putBack(int frame) {
            return answer(inner.putBack(frame));
        }
    }

    private int makePage() {
        byte[] content = new byte[4096];
        long handle = pool.allocate(content, 0, content.length);
        return ObjectLocation.frame(pool.parts().handles().loadAcquire(handle));
    }

    private long lease(int frame) {
        return assertInstanceOf(LeaseResult.Leased.class, leases.isolate(frame, LIFE)).lease();
    }

    private MoveOutcome putBack(int frame, long lease) {
        return leases.putBack(frame, OptionalLong.of(lease));
    }

    @Test
    @DisplayName(
            "a page that is leased again before its last lease is entered as over stays leased")
    void leasedAgainAtOnce() {
        int frame = makePage();
        long first = lease(frame);
        long[] second = new long[1];
        mover.next =
                outcome -> {
                    second[0] = lease(frame);
                    return outcome;
                };
        assertEquals(MoveOutcome.PUT_BACK, putBack(frame, first));
        assertEquals(1, leases.count());
        assertEquals(MoveOutcome.NOT_ISOLATED, putBack(frame, first));
        assertEquals(MoveOutcome.PUT_BACK, putBack(frame, second[0]));
        assertEquals(0, pages.isolatedPages());
    }

    @Test
    @DisplayName("expiry ends the lease that has expired, not the next one of the same page")
    void expiryMeetsTheNextLease() {
        int one = makePage();
        int other = makePage();
        long leaseOfOne = lease(one);
        long leaseOfOther = lease(other);
        now = now.plus(LIFE);
        // While the first of them is put back, the other one is ended and leased anew.
        mover.next =
                outcome -> {
                    boolean isOneDone = pages.describe(one).orElseThrow().page().isIsolated();
                    int left = isOneDone ? one : other;
                    assertEquals(
                            MoveOutcome.PUT_BACK,
                            putBack(left, isOneDone ? leaseOfOne : leaseOfOther));
                    now = now.plus(LIFE);
                    lease(left);
                    return outcome;
                };
        assertEquals(1, leases.expire());
        assertEquals(1, leases.count());
        assertEquals(1, pages.isolatedPages());
        now = now.plus(LIFE);
        assertEquals(1, leases.expire());
        assertEquals(0, pages.isolatedPages());
    }

    @Test
    @DisplayName("a lease whose page is busy while the leases are closed is put back")
    void closedWhileInUse() {
        int frame = makePage();
        long lease = lease(frame);
        mover.insteadOfMigrating =
                () -> {
                    leases.close();
                    return MoveOutcome.BUSY;
                };
        assertEquals(
                new MigrateResult.Refused(MoveOutcome.BUSY),
                leases.migrate(frame, OptionalLong.of(lease)));
        assertEquals(0, leases.count());
        assertEquals(0, pages.isolatedPages());
    }

    @Test
    @DisplayName("a pool is not destroyed while somebody holds a frame to move a page to")
    void destroyedWhileMoving() throws InterruptedException {
        int frame = makePage();
        long handle = pages.describe(frame).orElseThrow().slots().getFirst().handle();
        long lease = lease(frame);
        Thread closer = new Thread(pool::close, "closer");
        mover.next =
                outcome -> {
                    // The page is gone already; only the target is left.
                    closer.start();
                    while (closer.getState() != Thread.State.WAITING) {
                        Thread.onSpinWait();
                    }
                    return outcome;
                };
        assertEquals(FreeOutcome.FREED, pool.free(handle));
        assertEquals(
                new MigrateResult.Refused(MoveOutcome.EMPTY),
                leases.migrate(frame, OptionalLong.of(lease)));
        closer.join();
        assertEquals(0, pages.ownedFrames());
    }

    @Test
    @DisplayName("a life that no clock can hold is refused, and no lease is lost to it")
    void absurdLife() {
        int frame = makePage();
        for (int i = 0; i < 2 * leases.limit(); i++) {
            assertThrows(
                    RuntimeException.class,
                    () -> leases.isolate(frame, Duration.ofSeconds(Long.MAX_VALUE)));
        }
        assertEquals(MoveOutcome.PUT_BACK, putBack(frame, lease(frame)));
    }
}
