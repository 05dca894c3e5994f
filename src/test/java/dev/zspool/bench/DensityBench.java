package dev.zspool.bench;

import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.BlobPoolStats;
import dev.zspool.blob.BlobWrite;
import dev.zspool.blob.WriteCondition;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.ArenaStats;
import dev.zspool.page.Frames;
import dev.zspool.page.MappedPages;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;

/// How many bytes of memory a logical byte takes: real files, cut into records, for several chain
/// sizes; fresh, and after a random 60 % was deleted and the pool compacted.
///
/// Arguments: a folder and how many MiB of it.
public final class DensityBench {
    private static final int[] CHAIN_SIZES = {4, 6, 8, 10, 12, 16};
    private static final int DELETED_PERCENT = 60;
    private static final long ARENA_BYTES = 8L << 30;

    private DensityBench() {}

    /// The entry point.
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "/usr/share");
        long bytes = (arguments.length > 1 ? Long.parseLong(arguments[1]) : 350L) << 20;
        measure("small records, 200 to 1400 bytes", FileRecords.cut(folder, bytes, 200, 1_400));
        measure("blobs of 256 bytes to 256 KiB", FileRecords.cut(folder, bytes, 256, 262_144));
    }

    private static void measure(String what, List<byte[]> records) {
        long total = records.stream().mapToLong(bytes -> bytes.length).sum();
        System.out.printf(
                Locale.ROOT,
                "%n%s: %d blobs, %d bytes, mean %d%n",
                what,
                records.size(),
                total,
                total / Math.max(1, records.size()));
        System.out.printf(
                Locale.ROOT,
                "| chain size | pool / logical | memory / logical | beside content, bytes a blob | after 60 %%: pool / logical"
                        + " | memory / logical | pages freed |%n|---|---|---|---|---|---|---|%n");
        for (int chainSize : CHAIN_SIZES) {
            measure(chainSize, records);
        }
    }

    private static void measure(int chainSize, List<byte[]> records) {
        try (PageArena arena = new PageArena(new MappedPages(), ArenaOptions.ofSize(ARENA_BYTES));
                BlobPool pool =
                        new BlobPool(
                                new BlobHost(
                                        arena,
                                        BlockCompressor.create(),
                                        Runnable::run,
                                        InstantSource.system(),
                                        new Random(42),
                                        16 << 20),
                                BlobPoolOptions.of("bench", chainSize, ARENA_BYTES, 64 << 20))) {
            for (int i = 0; i < records.size(); i++) {
                put(pool, "record-" + i, records.get(i));
            }
            BlobPoolStats fresh = pool.stats();
            long freshBytes = memoryBytes(arena);
            SplittableRandom random = new SplittableRandom(3);
            for (int i = 0; i < records.size(); i++) {
                if (random.nextInt(100) < DELETED_PERCENT) {
                    pool.delete("record-" + i, WriteCondition.ALWAYS, outcome -> {});
                }
            }
            long freed = pool.compact(Pace.FULL_SPEED).freedPages();
            pool.keeper().giveBackTablePages();
            BlobPoolStats after = pool.stats();
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %.4f | %.4f | %.1f | %.4f | %.4f | %d |%n",
                    chainSize,
                    (double) fresh.poolBytes() / fresh.logicalBytes(),
                    (double) freshBytes / fresh.logicalBytes(),
                    (double) (freshBytes - fresh.storedBytes()) / fresh.blobs(),
                    (double) after.poolBytes() / after.logicalBytes(),
                    (double) memoryBytes(arena) / after.logicalBytes(),
                    freed);
        }
    }

    /// Everything that blobs take: zspages, index, handles, descriptors. Free frames are not
    /// counted.
    private static long memoryBytes(PageArena arena) {
        ArenaStats stats = arena.stats();
        return (stats.ownedFrames() + stats.tablePages()) << Frames.FRAME_SHIFT;
    }

    private static void put(BlobPool pool, String handle, byte[] content) {
        BlobWrite write = pool.beginWrite(handle, BlobAttributes.NONE, content.length);
        write.begin(() -> {});
        write.append(content, 0, content.length);
        write.commit(result -> {});
    }
}
