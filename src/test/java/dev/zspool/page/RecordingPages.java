package dev.zspool.page;

import dev.zspool.os.Errno;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Another source, which writes down in which order parts of its regions are given back and wanted
/// as huge pages, and gives nothing back when told so.
final class RecordingPages implements PageSource {
    private final PageSource inner;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile boolean refusing;
    private volatile Hook hook = new Hook(Kind.GIVE_BACK, () -> {});

    RecordingPages(PageSource inner) {
        this.inner = inner;
    }

    /// What the system was asked for.
    enum Kind {
        GIVE_BACK,
        PREFER_HUGE,
        PREFER_SMALL
    }

    private record Hook(Kind kind, Runnable action) {}

    /// What happens right before the next call of a kind, once.
    void onceBefore(Kind kind, Runnable action) {
        hook = new Hook(kind, action);
    }

    record Call(Kind kind, int firstFrame, int frames) {}

    void refuseGiveBacks(boolean refuse) {
        refusing = refuse;
    }

    /// The calls since the last time.
    List<Call> takeCalls() {
        List<Call> taken = List.copyOf(calls);
        calls.clear();
        return taken;
    }

    private void record(Kind kind, long offset, long lengthBytes) {
        Hook armed = hook;
        if (armed.kind() == kind) {
            hook = new Hook(kind, () -> {});
            armed.action().run();
        }
        calls.add(
                new Call(
                        kind,
                        (int) (offset >> Frames.FRAME_SHIFT),
                        (int) (lengthBytes >> Frames.FRAME_SHIFT)));
    }

    @Override
    public Region reserve(long sizeBytes) {
        return new RecordingRegion(inner.reserve(sizeBytes));
    }

    @Override
    public void close() {
        inner.close();
    }

    private final class RecordingRegion implements Region {
        private final Region region;

        RecordingRegion(Region region) {
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
            record(Kind.GIVE_BACK, offset, lengthBytes);
            return refusing ? Errno.EAGAIN : region.giveBack(offset, lengthBytes);
        }

        @Override
        public Errno preferHugePages(long offset, long lengthBytes, boolean wanted) {
            record(wanted ? Kind.PREFER_HUGE : Kind.PREFER_SMALL, offset, lengthBytes);
            return region.preferHugePages(offset, lengthBytes, wanted);
        }
    }
}
