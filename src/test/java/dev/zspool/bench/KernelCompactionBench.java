package dev.zspool.bench;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.MappedPages;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.PoolOptions;
import dev.zspool.zsmalloc.ZsPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Locale;

/// Our compaction beside the kernel's: the same pages compressed into a pool and written to a zram
/// device, the same ones freed, both compacted in turn.
final class KernelCompactionBench {
    private static final int[][] SIZE_BOUNDS = {
        {56, 56}, {184, 184}, {504, 504}, {1000, 1000}, {2000, 2000}, {3200, 3200}, {56, 3200}
    };
    private static final int PAGES = 65_536;
    private static final int CHUNK_PAGES = 256;
    private static final long ARENA_BYTES = 512L << 20;
    private static final int FREED_PERCENT = 60;
    private static final int PAIRS = 9;

    private final ZramDevice device;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_PAGES * SizedPages.PAGE_BYTES);
    private String algorithm = "";

    private KernelCompactionBench(ZramDevice device) {
        this.device = device;
    }

    /// Measures, or says in one line why that cannot be.
    static void run() {
        try (ZramDevice device = ZramDevice.add()) {
            new KernelCompactionBench(device).measureAll();
        } catch (IOException e) {
            System.out.println("kernel: skipped, " + e.getMessage());
        }
    }

    private void measureAll() throws IOException {
        System.out.printf(
                Locale.ROOT,
                "%nbeside the kernel's: %d pages compressed, a random %d %% freed; medians of %d pairs, in turn%n",
                PAGES,
                FREED_PERCENT,
                PAIRS);
        System.out.println(
                "| object, bytes | mean: ours, kernel | pages before: ours, kernel | after | ours, pages/s"
                        + " | kernel, pages/s | ours / kernel | of one pair: least, most | our give-back, pages/s |\n"
                        + "|---|---|---|---|---|---|---|---|---|");
        for (int[] bounds : SIZE_BOUNDS) {
            measure(bounds[0], bounds[1]);
        }
        System.out.println("kernel: zram compressed with " + algorithm);
    }

    private void measure(int minBytes, int maxBytes) throws IOException {
        Samples ourRates = new Samples();
        Samples kernelRates = new Samples();
        Samples thousandths = new Samples();
        Samples giveBackRates = new Samples();
        Side ours = null;
        Side kernel = null;
        // The first pairs warm the machine's code up.
        for (int pair = -2; pair < PAIRS; pair++) {
            SizedPages pages = new SizedPages(minBytes, maxBytes, pair);
            ours = compactOurs(pages);
            kernel = compactKernels(pages);
            if (pair >= 0) {
                ourRates.add(ours.pagesASecond());
                kernelRates.add(kernel.pagesASecond());
                thousandths.add(1000 * ours.pagesASecond() / kernel.pagesASecond());
                giveBackRates.add(perSecond(ours.freedPages(), ours.giveBackNanos));
            }
        }
        if (ours == null || kernel == null) {
            return;
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f, %.1f | %d, %d | %d, %d | %,d | %,d | %.2f | %.2f, %.2f | %,d |%n",
                minBytes == maxBytes ? minBytes : minBytes + " to " + maxBytes,
                (double) ours.objectBytes / PAGES,
                (double) kernel.objectBytes / PAGES,
                ours.pagesBefore,
                kernel.pagesBefore,
                ours.pagesAfter,
                kernel.pagesAfter,
                ourRates.median(),
                kernelRates.median(),
                (double) ourRates.median() / kernelRates.median(),
                thousandths.quantile(0) / 1e3,
                thousandths.quantile(1) / 1e3,
                giveBackRates.median());
    }

    private static Side compactOurs(SizedPages pages) {
        try (PageArena arena = new PageArena(new MappedPages(), ArenaOptions.ofSize(ARENA_BYTES));
                ZsPool pool = new ZsPool(arena, PoolOptions.defaults())) {
            long[] handles = new long[PAGES];
            long objectBytes = 0;
            for (int i = 0; i < PAGES; i++) {
                int length = pages.compress(i);
                handles[i] = pool.allocate(pages.compressed(), 0, length);
                if (handles[i] <= 0) {
                    throw new IllegalStateException("allocate: " + handles[i]);
                }
                objectBytes += length;
            }
            BitSet freed = pages.freed(PAGES, FREED_PERCENT);
            freed.stream().forEach(i -> pool.free(handles[i]));
            arena.giveBack(0);
            long before = pool.stats().allocatedPages();
            long begin = System.nanoTime();
            pool.compact();
            long compacted = System.nanoTime();
            arena.giveBack(0);
            long givenBack = System.nanoTime();
            return new Side(
                    objectBytes,
                    before,
                    pool.stats().allocatedPages(),
                    compacted - begin,
                    givenBack - compacted);
        }
    }

    private Side compactKernels(SizedPages pages) throws IOException {
        algorithm = device.format((long) PAGES * SizedPages.PAGE_BYTES);
        for (int i = 0; i < PAGES; i += CHUNK_PAGES) {
            chunk.clear();
            for (int j = 0; j < CHUNK_PAGES; j++) {
                pages.appendTo(chunk, i + j);
            }
            device.write(chunk.flip(), (long) i * SizedPages.PAGE_BYTES);
        }
        device.flush();
        ZramDevice.Usage full = device.usage();
        BitSet freed = pages.freed(PAGES, FREED_PERCENT);
        for (int i = freed.nextSetBit(0); i >= 0; i = freed.nextSetBit(i + 1)) {
            device.discard((long) i * SizedPages.PAGE_BYTES, SizedPages.PAGE_BYTES);
        }
        ZramDevice.Usage before = device.usage();
        checkStored(full, PAGES);
        checkStored(before, PAGES - freed.cardinality());
        long nanos = device.compact();
        ZramDevice.Usage after = device.usage();
        Side side =
                new Side(
                        full.compressedBytes(),
                        before.poolBytes() / SizedPages.PAGE_BYTES,
                        after.poolBytes() / SizedPages.PAGE_BYTES,
                        nanos,
                        0);
        if (side.freedPages() != after.compactedPages()) {
            throw new IOException("zram counts otherwise: " + before + ", " + after);
        }
        return side;
    }

    private static void checkStored(ZramDevice.Usage usage, int pages) throws IOException {
        if (usage.originalBytes() != (long) pages * SizedPages.PAGE_BYTES) {
            throw new IOException("zram should hold " + pages + " pages: " + usage);
        }
    }

    private static long perSecond(long count, long nanos) {
        return count * 1_000_000_000L / Math.max(1, nanos);
    }

    /// What one side did in one pair.
    private record Side(
            long objectBytes,
            long pagesBefore,
            long pagesAfter,
            long compactNanos,
            long giveBackNanos) {
        long freedPages() {
            return pagesBefore - pagesAfter;
        }

        long pagesASecond() {
            return perSecond(freedPages(), compactNanos);
        }
    }
}
