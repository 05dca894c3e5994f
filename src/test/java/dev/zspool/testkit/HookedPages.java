package dev.zspool.testkit;

import dev.zspool.os.Errno;
import dev.zspool.page.PageSource;
import dev.zspool.page.Region;
import dev.zspool.page.Words;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Memory over the heap that lets a test come in between two steps of the engine: before or behind
/// a chosen access to a word, as if another thread had been fast, or slow.
///
/// Regions are numbered in the order in which they were reserved.
public final class HookedPages implements PageSource {
    /// The word that describes a frame, by the frame's number.
    public static final int DESCRIPTORS = 1;

    /// The words behind the handles of the first pool, by handle.
    public static final int HANDLES = 4;

    private final HeapPages inner = new HeapPages();
    private final AtomicReference<@Nullable Hook> armed = new AtomicReference<>();
    private int regions;

    /// What is done to a word.
    public enum Kind {
        LOAD,
        STORE
    }

    /// An access to a word.
    ///
    /// @param region the region's number
    /// @param index which word
    /// @param value what is stored, or was loaded; 0 before a load
    /// @param isDone whether it is over
    public record Access(int region, Kind kind, long index, long value, boolean isDone) {
        /// Whether it is this access, and not over.
        public boolean isBefore(int wantedRegion, Kind wantedKind, long wantedIndex) {
            return !isDone && region == wantedRegion && kind == wantedKind && index == wantedIndex;
        }

        /// Whether it is this access, and over.
        public boolean isBehind(int wantedRegion, Kind wantedKind, long wantedIndex) {
            return isDone && region == wantedRegion && kind == wantedKind && index == wantedIndex;
        }
    }

    private record Hook(Predicate<Access> where, Runnable action) {}

    /// Runs an action once, at the first access that fits, in the thread that makes it.
    public void once(Predicate<Access> where, Runnable action) {
        armed.set(new Hook(where, action));
    }

    /// Whether the action has begun.
    public boolean isStruck() {
        return armed.get() == null;
    }

    private void meet(Access access) {
        Hook hook = armed.get();
        if (hook != null && hook.where().test(access) && armed.compareAndSet(hook, null)) {
            hook.action().run();
        }
    }

    @Override
    public synchronized Region reserve(long sizeBytes) {
        return new HookedRegion(regions++, inner.reserve(sizeBytes));
    }

    @Override
    public void close() {
        inner.close();
    }

    private final class HookedRegion implements Region, Words {
        private final int number;
        private final Region region;

        HookedRegion(int number, Region region) {
            this.number = number;
            this.region = region;
        }

        @Override
        public MemorySegment memory() {
            return region.memory();
        }

        @Override
        public Words words() {
            return this;
        }

        @Override
        public Errno giveBack(long offset, long lengthBytes) {
            return region.giveBack(offset, lengthBytes);
        }

        @Override
        public long getAcquire(long index) {
            meet(new Access(number, Kind.LOAD, index, 0, false));
            long value = region.words().getAcquire(index);
            meet(new Access(number, Kind.LOAD, index, value, true));
            return value;
        }

        @Override
        public long getOpaque(long index) {
            meet(new Access(number, Kind.LOAD, index, 0, false));
            long value = region.words().getOpaque(index);
            meet(new Access(number, Kind.LOAD, index, value, true));
            return value;
        }

        @Override
        public void setRelease(long index, long value) {
            meet(new Access(number, Kind.STORE, index, value, false));
            region.words().setRelease(index, value);
            meet(new Access(number, Kind.STORE, index, value, true));
        }

        @Override
        public void setOpaque(long index, long value) {
            meet(new Access(number, Kind.STORE, index, value, false));
            region.words().setOpaque(index, value);
            meet(new Access(number, Kind.STORE, index, value, true));
        }
    }
}
