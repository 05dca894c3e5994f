package dev.zspool.blob;

import dev.zspool.os.Errno;
import dev.zspool.page.PageSource;
import dev.zspool.page.Region;
import dev.zspool.page.Words;
import dev.zspool.testkit.HeapPages;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Queue;

/// Memory whose readers can be struck: before a chosen load the test does something else, as if
/// another thread had come in between.
final class StrikingPages implements PageSource {
    private final PageSource inner = new HeapPages();
    private final Queue<Strike> strikes = new ArrayDeque<>();
    private boolean isOn;
    private int loads;

    private record Strike(int load, Runnable action) {}

    /// Runs actions before the loads of these numbers, counted from 0, while something reads.
    ///
    /// @return how many loads there were
    int during(Runnable reader, int first, Runnable action, int second, Runnable secondAction) {
        strikes.clear();
        strikes.add(new Strike(first, action));
        strikes.add(new Strike(second, secondAction));
        loads = 0;
        isOn = true;
        try {
            reader.run();
        } finally {
            isOn = false;
        }
        return loads;
    }

    private void beforeLoad() {
        if (!isOn) {
            return;
        }
        int load = loads++;
        isOn = false;
        while (!strikes.isEmpty() && strikes.peek().load() <= load) {
            strikes.remove().action().run();
        }
        isOn = true;
    }

    @Override
    public Region reserve(long sizeBytes) {
        return new StrikingRegion(inner.reserve(sizeBytes));
    }

    @Override
    public void close() {
        inner.close();
    }

    private final class StrikingRegion implements Region, Words {
        private final Region region;

        StrikingRegion(Region region) {
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
            beforeLoad();
            return region.words().getAcquire(index);
        }

        @Override
        public long getOpaque(long index) {
            return region.words().getOpaque(index);
        }

        @Override
        public void setRelease(long index, long value) {
            region.words().setRelease(index, value);
        }

        @Override
        public void setOpaque(long index, long value) {
            region.words().setOpaque(index, value);
        }
    }
}
