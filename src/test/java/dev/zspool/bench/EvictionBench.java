package dev.zspool.bench;

import dev.zspool.blob.AppendOutcome;
import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.BlobWrite;
import dev.zspool.blob.Durability;
import dev.zspool.blob.EvictionResult;
import dev.zspool.blob.EvictionTarget;
import dev.zspool.blob.FullPolicy;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.WriteCondition;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.MappedPages;
import dev.zspool.page.Pace;
import dev.zspool.page.PageArena;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;

/// Pages that eviction by page frees, beside eviction of the oldest first for the same stored
/// bytes; both take only blobs that nobody has read lately. Counts, which a seed decides.
///
/// Records of 786 bytes of text on average, one in ten of 4 KiB, and one in fifty of 100 KiB; 60 %
/// deleted at random; then reads by Zipf's law.
final class EvictionBench {
    private static final long SEED = 20_261_123L;
    private static final int RECORDS = 40_000;
    private static final long LIMIT = 512L << 20;
    private static final int[] PERCENT = {2, 5, 10, 25};

    /// How the pool came to be what it is.
    private enum Past {
        /// Stored in turn, and 60 % deleted.
        THINNED,
        /// The room of the deleted was filled again, and the same share deleted again.
        CHURNED,
        /// And compacted then.
        COMPACTED
    }

    private EvictionBench() {}

    static void run() {
        System.out.printf(
                Locale.ROOT,
                "%neviction: %d records stored, a random 60 %% deleted, reads by Zipf's law%n"
                        + "| pool | pages | idle, %% of blobs | asked, %% | evicted, KiB by page / oldest"
                        + " | pages freed, by page | oldest first | ratio | compacted then, by page |"
                        + " oldest first | by page, ms |%n"
                        + "|---|---|---|---|---|---|---|---|---|---|---|%n",
                RECORDS);
        for (Past past : Past.values()) {
            for (int percent : PERCENT) {
                compare(past, percent);
            }
        }
    }

    private static void compare(Past past, int percent) {
        try (World byPage = new World(past);
                World byAge = new World(past)) {
            long pages = byPage.pages();
            long begin = System.nanoTime();
            EvictionResult result =
                    byPage.pool
                            .keeper()
                            .eviction()
                            .run(
                                    EvictionTarget.releaseBytes(
                                            pages * percent / 100 * Frames.FRAME_BYTES),
                                    Pace.FULL_SPEED);
            long millis = (System.nanoTime() - begin) / 1_000_000;
            long oldestBytes = byAge.evictOldest(result.storedBytes());
            long freed = pages - byPage.pages();
            long freedByAge = pages - byAge.pages();
            byPage.pool.compact(Pace.FULL_SPEED);
            byAge.pool.compact(Pace.FULL_SPEED);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %d | %d | %d / %d | %d | %d | %.1f | %d | %d | %d |%n",
                    past.name().toLowerCase(Locale.ROOT),
                    pages,
                    byPage.idlePercent(),
                    percent,
                    result.storedBytes() >> 10,
                    oldestBytes >> 10,
                    freed,
                    freedByAge,
                    (double) freed / Math.max(1, freedByAge),
                    pages - byPage.pages(),
                    pages - byAge.pages(),
                    millis);
        }
    }

    /// A pool, and what is in it.
    private static final class World implements AutoCloseable {
        private final SplittableRandom random = new SplittableRandom(SEED);
        private final PageArena arena =
                new PageArena(new MappedPages(), ArenaOptions.ofSize(2 * LIMIT));
        private Instant now = Instant.EPOCH;
        final BlobPool pool;

        /// By age.
        private List<Integer> records = new ArrayList<>();

        private final BitSet used = new BitSet();
        private int stored;

        World(Past past) {
            InstantSource clock = () -> now;
            BlobHost host =
                    new BlobHost(
                            arena,
                            BlockCompressor.create(),
                            Runnable::run,
                            clock,
                            new Random(SEED),
                            64L << 20);
            pool =
                    new BlobPool(
                            host,
                            new BlobPoolOptions(
                                    "bench",
                                    8,
                                    LIMIT,
                                    1L << 30,
                                    BlobInfo.NEVER_EXPIRES,
                                    Durability.NONE,
                                    FullPolicy.EVICT));
            store(RECORDS);
            thin();
            if (past != Past.THINNED) {
                store(RECORDS * 6 / 10);
                thin();
            }
            if (past == Past.COMPACTED) {
                pool.compact(Pace.FULL_SPEED);
            }
            passGeneration();
            passGeneration();
            read();
        }

        /// What nobody reads for two of them is idle.
        private void passGeneration() {
            now = now.plus(Duration.ofMinutes(6));
            pool.keeper().keepReserve(0);
        }

        private void store(int count) {
            for (int i = 0; i < count; i++) {
                int record = stored++;
                byte[] content = content(record);
                BlobWrite write =
                        pool.beginWrite("r" + record, BlobAttributes.NONE, content.length);
                require(write.begin(() -> {}) == AppendOutcome.READY);
                require(write.append(content, 0, content.length) == AppendOutcome.READY);
                write.commit(result -> require(result instanceof PutResult.Stored));
                records.add(record);
            }
        }

        private static void require(boolean isTrue) {
            if (!isTrue) {
                throw new IllegalStateException("the pool refuses");
            }
        }

        private static byte[] content(int record) {
            SplittableRandom random = new SplittableRandom(record);
            int size =
                    record % 50 == 0
                            ? 100 << 10
                            : record % 10 == 0 ? 4096 : 786 - 400 + random.nextInt(801);
            StringBuilder text = new StringBuilder(size + 16);
            while (text.length() < size) {
                text.append("field").append(random.nextInt(20)).append('=');
                text.append(Long.toHexString(random.nextLong())).append("; ");
            }
            text.setLength(size);
            return text.toString().getBytes(StandardCharsets.US_ASCII);
        }

        private void thin() {
            List<Integer> left = new ArrayList<>();
            for (int record : records) {
                if (random.nextInt(10) < 6) {
                    delete(record);
                } else {
                    left.add(record);
                }
            }
            records = left;
        }

        private void delete(int record) {
            pool.delete("r" + record, WriteCondition.ALWAYS, outcome -> {});
        }

        /// As many reads as there are records; the rank of a record is random.
        private void read() {
            for (int read = 0; read < records.size(); read++) {
                long rank = (long) Math.pow(records.size(), random.nextDouble()) - 1;
                int record = records.get((int) (rank * 7919 % records.size()));
                pool.open("r" + record);
                used.set(record);
            }
        }

        int idlePercent() {
            return 100 - 100 * used.cardinality() / records.size();
        }

        long pages() {
            return pool.stats().poolBytes() / Frames.FRAME_BYTES;
        }

        /// @return the stored bytes
        long evictOldest(long bytes) {
            long before = pool.stats().storedBytes();
            for (int record : records) {
                if (before - pool.stats().storedBytes() >= bytes) {
                    break;
                }
                if (!used.get(record)) {
                    delete(record);
                }
            }
            return before - pool.stats().storedBytes();
        }

        @Override
        public void close() {
            pool.close();
            arena.close();
        }
    }
}
