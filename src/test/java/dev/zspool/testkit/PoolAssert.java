package dev.zspool.testkit;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.zspool.page.Pace;
import dev.zspool.zsmalloc.ClassStats;
import dev.zspool.zsmalloc.LiveCheckResult;
import dev.zspool.zsmalloc.ZsPool;
import java.util.Arrays;
import java.util.List;

/// What tests say about pools.
public final class PoolAssert {
    private final ZsPool pool;

    private PoolAssert(ZsPool pool) {
        this.pool = pool;
    }

    public static PoolAssert assertThat(ZsPool pool) {
        return new PoolAssert(pool);
    }

    /// Every invariant of `docs/invariants.md` holds.
    @CanIgnoreReturnValue
    public PoolAssert isSound() {
        List<String> violations = pool.check();
        if (!violations.isEmpty()) {
            throw new AssertionError("not sound:\n  " + String.join("\n  ", violations));
        }
        return this;
    }

    /// The checker finds this invariant broken, perhaps several times, and no other.
    @CanIgnoreReturnValue
    public PoolAssert violatesOnly(String invariant) {
        List<String> violations = pool.check();
        if (violations.isEmpty()
                || !violations.stream().allMatch(text -> text.startsWith(invariant + " "))) {
            throw new AssertionError(
                    "expected " + invariant + " and nothing else, got " + violations);
        }
        return this;
    }

    /// The check of a pool in use finds this invariant broken too, perhaps with others that follow
    /// from it.
    @CanIgnoreReturnValue
    public PoolAssert violatesLive(String invariant) {
        names(invariant, pool.checkLive(Pace.FULL_SPEED).violations());
        return this;
    }

    /// The check of a pool in use finds something that an operation under way may have in hand.
    @CanIgnoreReturnValue
    public PoolAssert missesLive(String invariant) {
        LiveCheckResult result = pool.checkLive(Pace.FULL_SPEED);
        names(invariant, result.unverified());
        if (!result.violations().isEmpty()) {
            throw new AssertionError("expected no violation, got " + result);
        }
        return this;
    }

    private static void names(String invariant, List<String> lines) {
        if (lines.stream().noneMatch(text -> text.startsWith(invariant + " "))) {
            throw new AssertionError("expected " + invariant + " live, got " + lines);
        }
    }

    /// The check of a pool in use finds nothing, and nothing that it could not look at.
    @CanIgnoreReturnValue
    public PoolAssert isSoundLive() {
        LiveCheckResult result = pool.checkLive(Pace.FULL_SPEED);
        if (!result.violations().isEmpty() || !result.unverified().isEmpty()) {
            throw new AssertionError("not sound: " + result);
        }
        return this;
    }

    @CanIgnoreReturnValue
    public PoolAssert hasLiveObjects(long expected) {
        long live = pool.stats().liveObjects();
        if (live != expected) {
            throw new AssertionError("live objects: " + live + ", expected " + expected);
        }
        return this;
    }

    @CanIgnoreReturnValue
    public PoolAssert hasPages(long expected) {
        long pages = pool.stats().allocatedPages();
        if (pages != expected) {
            throw new AssertionError("pages: " + pages + ", expected " + expected);
        }
        return this;
    }

    /// Takes no page more than its objects need: the sum over the classes of ceil(live / slots) x
    /// pages.
    @CanIgnoreReturnValue
    public PoolAssert isFullyCompacted() {
        return hasPages(pool.classStats().stream().mapToLong(ClassStats::neededPages).sum());
    }

    /// A handle names an object that begins with these bytes.
    @CanIgnoreReturnValue
    public PoolAssert holds(long handle, byte[] expected) {
        byte[] copy = new byte[ZsPool.MAX_OBJECT_BYTES];
        int length = pool.read(handle, copy, 0);
        if (length < expected.length) {
            throw new AssertionError(
                    "handle " + handle + ": " + length + " bytes, expected " + expected.length);
        }
        int differs = Arrays.mismatch(copy, 0, expected.length, expected, 0, expected.length);
        if (differs >= 0) {
            throw new AssertionError("handle " + handle + ": byte " + differs + " is wrong");
        }
        return this;
    }

    /// A handle names nothing.
    @CanIgnoreReturnValue
    public PoolAssert doesNotHold(long handle) {
        int length = pool.read(handle, new byte[ZsPool.MAX_OBJECT_BYTES], 0);
        if (length != ZsPool.NOT_LIVE) {
            throw new AssertionError("handle " + handle + " still names " + length + " bytes");
        }
        return this;
    }
}
