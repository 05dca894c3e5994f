package dev.zspool.page;

import dev.zspool.os.Advice;
import dev.zspool.os.Errno;
import dev.zspool.os.MapResult;
import dev.zspool.os.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Private anonymous memory of Linux, not backed by huge pages unless asked for, left out of core
/// dumps.
public final class MappedPages implements PageSource {
    private final List<MemorySegment> mapped = new CopyOnWriteArrayList<>();

    /// @throws UnsupportedOperationException when the kernel's pages are not of the frame's size
    public MappedPages() {
        int kernelPageBytes = NativeMemory.pageSizeBytes();
        if (kernelPageBytes != Frames.FRAME_BYTES) {
            throw new UnsupportedOperationException(
                    "zspool gives memory back in pages of "
                            + Frames.FRAME_BYTES
                            + " bytes, but this kernel's pages have "
                            + kernelPageBytes
                            + ". Run it on a kernel with 4 KiB pages.");
        }
    }

    @Override
    public Region reserve(long sizeBytes) {
        return switch (NativeMemory.reserve(sizeBytes, Frames.PAGEBLOCK_BYTES)) {
            case MapResult.Refused(Errno errno) ->
                    throw new OutOfAddressSpaceException(sizeBytes, errno);
            case MapResult.Mapped(MemorySegment memory) -> {
                mapped.add(memory);
                // Both are hints: a kernel without them works as well, with a larger dump or a
                // slower give-back.
                NativeMemory.advise(memory, 0, sizeBytes, Advice.NOHUGEPAGE);
                NativeMemory.advise(memory, 0, sizeBytes, Advice.DONTDUMP);
                yield new MappedRegion(memory, new SegmentWords(memory));
            }
        };
    }

    @Override
    public void close() {
        for (MemorySegment memory : mapped) {
            NativeMemory.unmap(memory);
        }
        mapped.clear();
    }

    private record MappedRegion(MemorySegment memory, Words words) implements Region {
        @Override
        public Errno giveBack(long offset, long lengthBytes) {
            return NativeMemory.advise(memory, offset, lengthBytes, Advice.DONTNEED);
        }

        @Override
        public Errno preferHugePages(long offset, long lengthBytes, boolean wanted) {
            Advice advice = wanted ? Advice.HUGEPAGE : Advice.NOHUGEPAGE;
            return NativeMemory.advise(memory, offset, lengthBytes, advice);
        }
    }
}
