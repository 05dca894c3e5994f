package dev.zspool.persist;

import static dev.zspool.persist.JournalClient.await;
import static dev.zspool.persist.JournalClient.expect;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zspool.crash.CutDisk;
import dev.zspool.crash.Ext4;
import dev.zspool.crash.VolatileDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A disk that answers writes with I/O errors, below a real file system, which tells of them at the
/// next sync; and the power cut behind it.
final class FailingDiskIT {
    private static final long DISK_BYTES = 128L << 20;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int SIZE = 50_000;
    private static final byte[] MARK = "a bad sector for".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NONE = {};

    @TempDir private Path folder;

    @BeforeEach
    void canMount() {
        assumeTrue(Ext4.whyNot().isEmpty(), () -> Ext4.whyNot().orElseThrow());
    }

    private static void fillWithMarks(byte[] bytes, int length) {
        for (int at = 0; at < length; at++) {
            bytes[at] = MARK[at % MARK.length];
        }
    }

    private static int marks(int piece, byte[] into) {
        fillWithMarks(into, SIZE);
        return SIZE;
    }

    private static void awaitState(Journal journal, JournalState state) {
        long end = System.nanoTime() + MOST_NANOS;
        while (journal.state() != state) {
            assertTrue(System.nanoTime() < end, "it is still " + journal.state());
            Thread.onSpinWait();
        }
    }

    private void cut(CutDisk disk, Path image) throws IOException {
        disk.cut(image, VolatileDisk.Unflushed.LOST, new SplittableRandom(1), () -> {});
    }

    @ParameterizedTest(name = "synced: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "writes are refused, reads go on, it heals, and nothing was acknowledged too early")
    void failedSync(boolean isSynced) throws IOException {
        Path image = folder.resolve("image");
        BlobMeta before;
        BlobMeta after;
        MetaResult healed;
        try (CutDisk disk = new CutDisk(folder, DISK_BYTES)) {
            List<String> doubted = new CopyOnWriteArrayList<>();
            try (RocksJournal journal =
                    RocksJournal.open(RocksJournalTest.options(disk.directory().resolve("data")))) {
                journal.onDoubt((pool, hash, handle) -> doubted.add(handle));
                JournalClient client = JournalClient.onNewPool(journal, "p");
                before = client.put("before", SIZE);
                disk.refuse(MARK);
                BlobMeta bad = client.meta("bad", SIZE);
                WriteOutcome outcome =
                        await(
                                client.write(
                                        new JournalWrite.Store(
                                                client.poolId(),
                                                bad,
                                                FailingDiskIT::marks,
                                                Optional.empty(),
                                                isSynced)));
                assertEquals(isSynced ? WriteOutcome.FAILED : WriteOutcome.DURABLE, outcome);
                awaitState(journal, JournalState.FAILED);
                expect(
                        WriteOutcome.FAILED,
                        client.store(client.meta("other", 10), Optional.empty(), true, 10));
                assertThrows(
                        JournalException.class,
                        () -> journal.createPool(JournalClient.definition("q")));
                client.expectStored(before, SIZE);
                assertEquals(JournalState.FAILED, journal.state());
                disk.refuse(NONE);
                awaitState(journal, JournalState.OPEN);
                assertTrue(doubted.contains("bad"));
                after = client.put("after", SIZE);
                healed = client.read("bad");
                cut(disk, image);
            }
        }
        try (Ext4 disk = Ext4.mount(image, folder.resolve("after"));
                RocksJournal journal =
                        RocksJournal.open(
                                RocksJournalTest.options(disk.directory().resolve("data")))) {
            JournalClient client = new JournalClient(journal, 1);
            client.expectStored(before, SIZE);
            client.expectStored(after, SIZE);
            assertEquals(healed, client.read("bad"));
        }
    }

    @Test
    @DisplayName(
            "behind a sync that failed another one lies; the disk has what is read of a log that is written again")
    void rewrittenLog() throws IOException {
        byte[] content = new byte[3 * SIZE];
        fillWithMarks(content, content.length);
        Path lied = folder.resolve("lied");
        Path image = folder.resolve("image");
        byte[] read;
        try (CutDisk disk = new CutDisk(folder, DISK_BYTES)) {
            Path log = disk.directory().resolve("000001.log");
            Files.write(log, new byte[content.length]);
            DataDirectory.sync(log);
            disk.refuse(MARK);
            try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(content));
                assertThrows(IOException.class, () -> file.force(true));
            }
            disk.refuse(NONE);
            DataDirectory.sync(log);
            cut(disk, lied);
            read = Files.readAllBytes(log);
            LogRewrite.run(disk.directory());
            cut(disk, image);
        }
        assertArrayEquals(new byte[content.length], readLog(lied, "lied-mounted"));
        assertArrayEquals(read, readLog(image, "image-mounted"));
        System.out.println(
                "behind a failed sync the page cache has what was written: "
                        + Arrays.equals(content, read));
    }

    private byte[] readLog(Path image, String directory) throws IOException {
        try (Ext4 disk = Ext4.mount(image, folder.resolve(directory))) {
            Path log = disk.directory().resolve("000001.log");
            return Files.exists(log) ? Files.readAllBytes(log) : NONE;
        }
    }
}
