package dev.zspool.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Which pages of this process are in memory, from `/proc/self/pagemap`: eight bytes a page, of
/// which the highest bit says it (`proc_pid_pagemap(5)`; the rest is hidden from most and not
/// needed).
///
/// For one thread.
final class PageMap implements AutoCloseable {
    private static final int PAGE_SHIFT = 12;
    private static final long PAGE_BYTES = 1L << PAGE_SHIFT;
    private static final int ENTRY_SHIFT = 3;
    private static final int BUFFER_BYTES = 64 << 10;

    private final FileChannel channel;
    private final ByteBuffer entries =
            ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.nativeOrder());

    /// @param root `/`, in a test a directory with `proc/self/pagemap`
    /// @throws IOException where there is no such file, or it may not be read
    PageMap(Path root) throws IOException {
        this.channel = FileChannel.open(root.resolve("proc/self/pagemap"));
    }

    /// How much of a range is in memory.
    ///
    /// @param start of a page
    /// @param end of a page; nothing for a range of the kernel's, whose addresses are negative here
    long residentBytes(long start, long end) throws IOException {
        if (start < 0 || end <= start) {
            return 0;
        }
        long pages = 0;
        long at = (start >> PAGE_SHIFT) << ENTRY_SHIFT;
        long last = ((end + PAGE_BYTES - 1) >> PAGE_SHIFT) << ENTRY_SHIFT;
        while (at < last) {
            entries.clear().limit((int) Math.min(BUFFER_BYTES, last - at));
            int read = channel.read(entries, at);
            if (read < Long.BYTES) {
                break;
            }
            entries.flip();
            while (entries.remaining() >= Long.BYTES) {
                // The bit of a page that is there is that of the sign.
                pages += entries.getLong() >>> (Long.SIZE - 1);
            }
            at += read & -Long.BYTES;
        }
        return pages << PAGE_SHIFT;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
