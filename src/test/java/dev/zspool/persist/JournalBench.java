package dev.zspool.persist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Measures the journal: `[MIB [DIRECTORY]]`. For values of 1, 10 and 100 KiB, in blob files and in
/// the tables: so many MiB are stored, then each blob is replaced twice, in random order.
public final class JournalBench {
    private static final int WAITING = 64;
    private static final long MIB = 1 << 20;
    private static final long NEVER = Long.MAX_VALUE;

    private JournalBench() {}

    /// The entry point.
    public static void main(String[] arguments) throws IOException {
        long mib = arguments.length > 0 ? Long.parseLong(arguments[0]) : 256;
        Path parent = Path.of(arguments.length > 1 ? arguments[1] : "target").toAbsolutePath();
        System.out.println(
                "value KiB  where  MiB stored  written/submitted  disk/live  MiB/s  groups  syncs"
                        + "  native MiB  RSS MiB");
        for (int kib : new int[] {1, 10, 100}) {
            for (long blobFileValueBytes : new long[] {1, NEVER}) {
                run(parent, kib, mib, blobFileValueBytes);
            }
        }
        sizes(parent);
        starts(parent, mib);
    }

    /// How long opening takes: empty, with blobs, and with the log that a kill leaves.
    private static void starts(Path parent, long mib) throws IOException {
        Path directory = Files.createTempDirectory(parent, "journal-bench");
        openings("empty", directory);
        int blobs = (int) (mib * 1024);
        Path killed = directory.resolveSibling(directory.getFileName() + "-killed");
        try (RocksJournal journal = open(directory, 4096)) {
            JournalClient client = JournalClient.onNewPool(journal, "bench");
            Deque<CompletableFuture<WriteOutcome>> waiting = new ArrayDeque<>();
            for (int i = 0; i < blobs; i++) {
                BlobMeta meta = client.meta("blob-" + i, 1000);
                waiting.add(client.store(meta, Optional.empty(), false, 1000));
                if (waiting.size() == WAITING) {
                    JournalClient.expect(WriteOutcome.DURABLE, waiting.remove());
                }
            }
            waiting.forEach(outcome -> JournalClient.expect(WriteOutcome.DURABLE, outcome));
        }
        openings(blobs + " blobs of 1000 bytes", directory);
        kill(parent, killed);
        Path again = directory.resolveSibling(directory.getFileName() + "-again");
        for (int i = 0; i < 3; i++) {
            DirectoryCopy.of(killed, again);
            long log =
                    DirectoryCopy.files(again).stream()
                            .filter(file -> file.toString().endsWith(".log"))
                            .mapToLong(file -> file.toFile().length())
                            .sum();
            openings("killed, a log of " + log + " bytes", again);
            SnapshotWriter.deleteTree(again);
        }
        SnapshotWriter.deleteTree(killed);
        SnapshotWriter.deleteTree(directory);
    }

    /// So few blobs that nothing is compacted: a copy of open files is what a kill leaves only
    /// then.
    private static void kill(Path parent, Path killed) throws IOException {
        Path directory = Files.createTempDirectory(parent, "journal-bench");
        try (RocksJournal journal = open(directory, 4096)) {
            JournalClient client = JournalClient.onNewPool(journal, "bench");
            CompletableFuture<WriteOutcome> last = new CompletableFuture<>();
            for (int i = 0; i < 3_000; i++) {
                last = client.store(client.meta("blob-" + i, 1000), Optional.empty(), false, 1000);
            }
            JournalClient.expect(WriteOutcome.DURABLE, last);
            DirectoryCopy.of(directory, killed);
        }
        SnapshotWriter.deleteTree(directory);
    }

    private static void openings(String what, Path directory) {
        StringBuilder times = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            RocksJournal journal = open(directory, 4096);
            times.append(' ').append(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            journal.close();
        }
        System.out.println("opening, ms, three times: " + what + ":" + times);
    }

    private static RocksJournal open(Path directory, long blobFileValueBytes) {
        return RocksJournal.open(
                RocksJournalTest.options(directory),
                new RocksFiles.Tuning(
                        RocksJournalOptions.DEFAULT_NATIVE_BYTES, blobFileValueBytes, true));
    }

    private static void run(Path parent, int kib, long mib, long blobFileValueBytes)
            throws IOException {
        Path directory = Files.createTempDirectory(parent, "journal-bench");
        int size = kib << 10;
        int blobs = (int) (mib * MIB / size);
        long start = System.nanoTime();
        RocksJournal journal = open(directory, blobFileValueBytes);
        JournalClient client = JournalClient.onNewPool(journal, "bench");
        BlobMeta[] present = new BlobMeta[blobs];
        byte[] noise = JournalClient.content(1, 0, size);
        Random random = new Random(1);
        Deque<CompletableFuture<WriteOutcome>> waiting = new ArrayDeque<>();
        for (int write = 0; write < 3 * blobs; write++) {
            int blob = write < blobs ? write : random.nextInt(blobs);
            BlobMeta meta = client.meta("blob-" + blob, size);
            waiting.add(
                    client.write(
                            new JournalWrite.Store(
                                    client.poolId(),
                                    meta,
                                    (piece, into) -> {
                                        System.arraycopy(noise, 0, into, 0, size);
                                        return size;
                                    },
                                    Optional.ofNullable(present[blob]),
                                    true)));
            present[blob] = meta;
            if (waiting.size() == WAITING) {
                JournalClient.expect(WriteOutcome.DURABLE, waiting.remove());
            }
        }
        waiting.forEach(outcome -> JournalClient.expect(WriteOutcome.DURABLE, outcome));
        double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        JournalStats stats = journal.stats();
        journal.close();
        System.out.printf(
                Locale.ROOT,
                "%9d  %5s  %10d  %17.2f  %9.2f  %5.1f  %6d  %5d  %10.1f  %7d%n",
                kib,
                blobFileValueBytes == NEVER ? "table" : "file",
                mib,
                stats.writtenBytes() / (double) stats.submittedBytes(),
                JournalGauges.bytesOf(directory.resolve("journal")) / (double) (mib * MIB),
                stats.submittedBytes() / (double) MIB / seconds,
                stats.groups(),
                stats.syncs(),
                stats.nativeBytes() / (double) MIB,
                residentMib());
        SnapshotWriter.deleteTree(directory);
    }

    /// Blobs of 1 KiB to 64 MiB in one journal, and what memory that takes.
    private static void sizes(Path parent) throws IOException {
        Path directory = Files.createTempDirectory(parent, "journal-bench");
        long before = residentMib();
        try (RocksJournal journal = open(directory, 4096)) {
            System.out.println("RSS MiB: " + before + " before, " + residentMib() + " open");
            JournalClient client = JournalClient.onNewPool(journal, "bench");
            for (int kib : new int[] {1, 4, 16, 64, 256, 1024, 4096, 16384, 65536}) {
                int count = Math.max(2, Math.min(20_000, 131_072 / kib));
                for (int i = 0; i < count; i++) {
                    int[] pieces = new int[Math.max(1, kib / 192)];
                    java.util.Arrays.fill(pieces, Math.min(kib, 192) << 10);
                    BlobMeta meta = client.meta(kib + "-" + i, pieces);
                    CompletableFuture<WriteOutcome> outcome =
                            client.store(meta, Optional.empty(), i % 64 == 0, pieces);
                    if (i % 64 == 0) {
                        JournalClient.expect(WriteOutcome.DURABLE, outcome);
                    }
                    if (i % 16 == 0) {
                        JournalClient.await(outcome);
                        client.expectStored(meta, pieces);
                    }
                }
                System.out.printf(
                        Locale.ROOT,
                        "%d blobs of %d KiB: native %.1f MiB, RSS %d MiB%n",
                        count,
                        kib,
                        journal.stats().nativeBytes() / (double) MIB,
                        residentMib());
            }
        }
        SnapshotWriter.deleteTree(directory);
    }

    private static long residentMib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                .findFirst()
                .orElse(0);
    }
}
