package dev.zspool.testkit;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.zspool.zsmalloc.ClassStats;
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
