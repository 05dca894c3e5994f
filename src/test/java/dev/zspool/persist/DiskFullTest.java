package dev.zspool.persist;

import static dev.zspool.persist.JournalClient.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file system that is really full; needs the right to mount one.
class DiskFullTest {
    private static final int SIZE = 100_000;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir private Path parent;
    private Path disk;
    private boolean isMounted;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        disk = Files.createDirectory(parent.resolve("disk"));
        isMounted = run("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk.toString());
        Assumptions.assumeTrue(isMounted, "only root may mount a file system to fill");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (isMounted) {
            assertTrue(run("umount", disk.toString()));
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private RocksJournal open() {
        RocksJournalOptions plain = RocksJournalTest.options(disk.resolve("data"));
        return RocksJournal.open(
                new RocksJournalOptions(
                        plain.directory(),
                        plain.nativeBudgetBytes(),
                        32 << 20,
                        plain.nanoClock(),
                        plain.threads()));
    }

    private static void awaitState(Journal journal, JournalState state) {
        long end = System.nanoTime() + MOST_NANOS;
        while (journal.state() != state) {
            assertTrue(System.nanoTime() < end, "it is still " + journal.state());
            Thread.onSpinWait();
        }
    }

    /// Stores until that is refused.
    private static List<BlobMeta> fill(JournalClient client) {
        List<BlobMeta> stored = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            BlobMeta meta = client.meta("blob-" + i, SIZE);
            WriteOutcome outcome = await(client.store(meta, Optional.empty(), true, SIZE));
            if (outcome == WriteOutcome.DISK_FULL) {
                return stored;
            }
            assertEquals(WriteOutcome.DURABLE, outcome);
            stored.add(meta);
        }
        throw new AssertionError("it is never full");
    }

    @Test
    @DisplayName("filled by blobs: stores are refused, reads and removes go on, and it heals")
    void filledByBlobs() {
        List<BlobMeta> stored;
        try (RocksJournal journal = open()) {
            JournalClient client = JournalClient.onNewPool(journal, "p");
            stored = fill(client);
            assertEquals(JournalState.DISK_FULL, journal.state());
            stored.forEach(blob -> client.expectStored(blob, SIZE));
            // It would hold on to what is removed, so that nothing could heal.
            JournalException refusal =
                    assertThrows(JournalException.class, () -> journal.snapshot("full"));
            assertEquals(JournalException.Reason.DISK_FULL, refusal.reason());
            while (stored.size() > 100) {
                client.remove(stored.removeLast());
            }
            awaitState(journal, JournalState.OPEN);
            stored.add(client.put("again", SIZE));
            stored.forEach(blob -> client.expectStored(blob, SIZE));
        }
        try (RocksJournal journal = open()) {
            JournalClient client = new JournalClient(journal, 1);
            assertEquals(stored.size(), journal.totals(1).blobs());
            stored.forEach(blob -> client.expectStored(blob, SIZE));
        }
        assertTrue(
                JournalVerify.run(disk.resolve("data"), PieceVerifier.NONE, blobs -> {}).isSound());
    }

    @Test
    @DisplayName("filled by another: a write that fails is not acknowledged, readers are not hurt")
    void filledByAnother() throws IOException, InterruptedException {
        try (RocksJournal journal = open()) {
            JournalClient client = JournalClient.onNewPool(journal, "p");
            List<BlobMeta> stored = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                stored.add(client.put("first-" + i, SIZE));
            }
            List<BlobMeta> read = List.copyOf(stored.subList(0, 40));
            AtomicBoolean isOver = new AtomicBoolean();
            List<Throwable> failures = new ArrayList<>();
            Thread reader =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    while (!isOver.get()) {
                                        read.forEach(b -> client.expectStored(b, SIZE));
                                    }
                                } catch (Throwable failed) {
                                    failures.add(failed);
                                }
                            });
            for (int round = 0; round < 5; round++) {
                Path filler = disk.resolve("filler");
                fillUp(filler);
                stored.addAll(fillOf(client, round));
                client.remove(stored.removeLast());
                Files.delete(filler);
                awaitState(journal, JournalState.OPEN);
                stored.forEach(blob -> client.expectStored(blob, SIZE));
            }
            isOver.set(true);
            reader.join();
            assertEquals(List.of(), failures);
            assertTrue(journal.stats().reopenings() >= 5);
            assertEquals(stored.size(), journal.totals(client.poolId()).blobs());
        }
        VerifyReport report =
                JournalVerify.run(disk.resolve("data"), PieceVerifier.NONE, blobs -> {});
        assertEquals(List.of(), report.findings());
    }

    /// Stores until that is refused, which may be at once.
    private static List<BlobMeta> fillOf(JournalClient client, int round) {
        List<BlobMeta> stored = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            BlobMeta meta = client.meta("round-" + round + "-" + i, SIZE);
            WriteOutcome outcome = await(client.store(meta, Optional.empty(), i % 3 > 0, SIZE));
            if (outcome == WriteOutcome.DISK_FULL) {
                return stored;
            }
            assertEquals(WriteOutcome.DURABLE, outcome);
            stored.add(meta);
        }
        throw new AssertionError("it is never full");
    }

    private static void fillUp(Path filler) throws IOException {
        byte[] bytes = new byte[4096];
        try (OutputStream file = Files.newOutputStream(filler)) {
            while (true) {
                file.write(bytes);
            }
        } catch (IOException full) {
            assertTrue(Files.size(filler) > 0);
        }
    }
}
