package dev.zspool.testkit;

import dev.zspool.os.Errno;
import dev.zspool.page.OutOfAddressSpaceException;
import dev.zspool.page.PageSource;
import dev.zspool.page.Region;
import dev.zspool.page.Words;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// The heap twin of the operating system's memory: every region is one `long[]`.
///
/// A model checker does not see accesses to a `MemorySegment`, but it does see those to an array:
/// {@link Region#words} goes to the array itself, {@link Region#memory} is a view of the same
/// array. What is given back is filled with zeros, as the kernel does.
public final class HeapPages implements PageSource {
    private static final long MOST_BYTES = 1L << 30;

    private final long bytesPerRegion;

    public HeapPages() {
        this(MOST_BYTES);
    }

    private HeapPages(long bytesPerRegion) {
        this.bytesPerRegion = bytesPerRegion;
    }

    /// Regions of which only the beginning exists, for tests that make thousands of pools and use a
    /// few frames of each. What touches more fails.
    public static HeapPages truncatedTo(long bytesPerRegion) {
        return new HeapPages(bytesPerRegion);
    }

    @Override
    public Region reserve(long sizeBytes) {
        if (sizeBytes <= 0 || sizeBytes > MOST_BYTES) {
            throw new OutOfAddressSpaceException(sizeBytes, Errno.ENOMEM);
        }
        return new HeapRegion(new long[(int) (Math.min(sizeBytes, bytesPerRegion) >>> 3)]);
    }

    /// The garbage collector takes the arrays.
    @Override
    public void close() {}

    private static final class HeapRegion implements Region {
        private final long[] array;
        private final MemorySegment memory;
        private final Words words;

        HeapRegion(long[] array) {
            this.array = array;
            this.memory = MemorySegment.ofArray(array);
            this.words = new ArrayWords(array);
        }

        @Override
        public MemorySegment memory() {
            return memory;
        }

        @Override
        public Words words() {
            return words;
        }

        @Override
        public Errno giveBack(long offset, long lengthBytes) {
            int from = (int) Math.min(offset >>> 3, array.length);
            int to = (int) Math.min((offset + lengthBytes) >>> 3, array.length);
            Arrays.fill(array, from, to, 0L);
            return Errno.NONE;
        }
    }

    private static final class ArrayWords implements Words {
        private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

        private final long[] array;

        ArrayWords(long[] array) {
            this.array = array;
        }

        @Override
        public long getAcquire(long index) {
            return (long) WORD.getAcquire(array, (int) index);
        }

        @Override
        public long getOpaque(long index) {
            return (long) WORD.getOpaque(array, (int) index);
        }

        @Override
        public void setRelease(long index, long value) {
            WORD.setRelease(array, (int) index, value);
        }

        @Override
        public void setOpaque(long index, long value) {
            WORD.setOpaque(array, (int) index, value);
        }
    }
}
