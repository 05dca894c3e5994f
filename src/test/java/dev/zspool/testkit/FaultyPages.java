package dev.zspool.testkit;

import dev.zspool.os.Errno;
import dev.zspool.page.OutOfAddressSpaceException;
import dev.zspool.page.PageSource;
import dev.zspool.page.Region;
import dev.zspool.page.Words;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Another source whose n-th call fails as the test chooses, and which counts the calls.
///
/// Calls of all regions are counted together, from 1.
public final class FaultyPages implements PageSource {
    private final PageSource inner;
    private final AtomicInteger reserveCalls = new AtomicInteger();
    private final AtomicInteger giveBackCalls = new AtomicInteger();
    private final AtomicLong giveBackBytes = new AtomicLong();
    private final AtomicInteger firedFaults = new AtomicInteger();
    private volatile int failingReserve;
    private volatile int failingGiveBack;
    private volatile Errno giveBackErrno = Errno.NONE;

    public FaultyPages(PageSource inner) {
        this.inner = inner;
    }

    /// Lets the n-th call of {@link #reserve} from the very first one fail; 0 for none.
    public void failReserve(int nth) {
        failingReserve = nth;
    }

    /// Lets the n-th give-back from now on fail; 0 for none.
    public void failGiveBack(int nth, Errno errno) {
        giveBackErrno = errno;
        failingGiveBack = nth == 0 ? 0 : giveBackCalls.get() + nth;
    }

    /// How many faults were met: 0 means that a loop over all calls is at its end.
    public int firedFaults() {
        return firedFaults.get();
    }

    public int giveBackCalls() {
        return giveBackCalls.get();
    }

    /// The bytes of all calls, refused ones included.
    public long giveBackBytes() {
        return giveBackBytes.get();
    }

    @Override
    public Region reserve(long sizeBytes) {
        if (reserveCalls.incrementAndGet() == failingReserve) {
            firedFaults.incrementAndGet();
            throw new OutOfAddressSpaceException(sizeBytes, Errno.ENOMEM);
        }
        return new FaultyRegion(inner.reserve(sizeBytes));
    }

    @Override
    public void close() {
        inner.close();
    }

    private final class FaultyRegion implements Region {
        private final Region region;

        FaultyRegion(Region region) {
            this.region = region;
        }

        @Override
        public MemorySegment memory() {
            return region.memory();
        }

        @Override
        public Words words() {
            return region.words();
        }

        @Override
        public Errno giveBack(long offset, long lengthBytes) {
            giveBackBytes.addAndGet(lengthBytes);
            if (giveBackCalls.incrementAndGet() == failingGiveBack) {
                firedFaults.incrementAndGet();
                return giveBackErrno;
            }
            return region.giveBack(offset, lengthBytes);
        }

        @Override
        public Errno preferHugePages(long offset, long lengthBytes, boolean wanted) {
            return region.preferHugePages(offset, lengthBytes, wanted);
        }
    }
}
