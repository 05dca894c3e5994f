package dev.zspool.persist;

import static dev.zspool.persist.JournalClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged files: what is damaged is said, and all else goes on.
class RocksDamageTest {
    private static final int SIZE = 10_000;
    private static final int BLOBS = 400;

    @TempDir private Path parent;
    private Path root;
    private int poolId;
    private final List<BlobMeta> blobs = new ArrayList<>();

    @BeforeEach
    void write() {
        root = parent.resolve("data");
        try (RocksJournal journal = open()) {
            JournalClient client = JournalClient.onNewPool(journal, "p");
            poolId = client.poolId();
            for (int i = 0; i < BLOBS; i++) {
                blobs.add(client.put("needle-" + (1000 + i), SIZE));
            }
        }
    }

    private RocksJournal open() {
        return RocksJournal.open(RocksJournalTest.options(root));
    }

    private VerifyReport verify() {
        return JournalVerify.run(root, PieceVerifier.NONE, done -> {});
    }

    private static byte[] content(BlobMeta meta) {
        return JournalClient.content(meta.sequence(), 0, SIZE);
    }

    @Test
    @DisplayName("a damaged piece: that one alone, found by verify, and written over")
    void piece() throws IOException {
        BlobMeta damaged = blobs.get(50);
        DirectoryCopy.flip(root, ".blob", Arrays.copyOf(content(damaged), 64));
        VerifyReport report = verify();
        assertEquals(1, report.findingCount(), report.findings().toString());
        assertTrue(report.findings().getFirst().contains(damaged.handle()), report.toString());
        try (RocksJournal journal = open()) {
            JournalClient client = new JournalClient(journal, poolId);
            byte[] into = new byte[Journal.MAX_PIECE_BYTES];
            assertEquals(Journal.CORRUPTED, journal.readPiece(poolId, damaged.sequence(), 0, into));
            assertEquals(1, journal.stats().corruptedReads());
            client.expectStored(blobs.get(49), SIZE);
            client.expectStored(blobs.get(51), SIZE);
            CompletableFuture<WriteOutcome> marked = new CompletableFuture<>();
            journal.markCorrupted(poolId, damaged, marked::complete);
            expect(WriteOutcome.DURABLE, marked);
            client.put("more", SIZE);
        }
        assertEquals(1, verify().findingCount());
    }

    @ParameterizedTest
    @ValueSource(strings = {"MANIFEST", ".log"})
    @DisplayName("a last record of a type that RocksDB would read for ever: refused, and said so")
    void endlessRecord(String kind) throws IOException {
        Path killed = parent.resolve("killed");
        try (RocksJournal journal = open()) {
            new JournalClient(journal, poolId).put("last", SIZE);
            DirectoryCopy.of(root, killed);
        }
        root = killed;
        Path file =
                DirectoryCopy.files(killed).stream()
                        .filter(path ->
                                path.toString().contains(kind) && path.toFile().length() > 0)
                        .toList()
                        .getLast();
        byte[] sound = Files.readAllBytes(file);
        int last = lastRecord(sound);
        for (int type : new int[] {5, 6, 7, 8, 11, 131}) {
            byte[] damaged = sound.clone();
            damaged[last + 6] = (byte) type;
            Files.write(file, damaged);
            String said = assertThrows(JournalException.class, this::open).getMessage();
            assertTrue(
                    said != null && said.contains(file.getFileName() + " at byte " + last), said);
            assertFalse(verify().isSound());
        }
        Files.write(file, sound);
        open().close();
        assertTrue(verify().isSound());
    }

    @Test
    @DisplayName("a damaged block of meta records hides those in it; listing goes on behind it")
    void metas() throws IOException {
        BlobMeta damaged = blobs.get(7);
        DirectoryCopy.flip(root, ".sst", damaged.handle().getBytes(StandardCharsets.US_ASCII));
        try (RocksJournal journal = open()) {
            JournalClient client = new JournalClient(journal, poolId);
            assertInstanceOf(MetaResult.Corrupted.class, client.read(damaged.handle()));
            long hidden =
                    blobs.stream()
                            .filter(blob ->
                                    !(client.read(blob.handle()) instanceof MetaResult.Found))
                            .count();
            assertTrue(hidden > 0 && hidden < BLOBS / 4, "hidden " + hidden);
            MetaPage page = journal.list(poolId, 0, "", 2 * BLOBS);
            assertEquals(1, page.damaged());
            assertTrue(page.isAtEnd());
            assertEquals(BLOBS - hidden, page.blobs().size());
            List<BlobMeta> newest = journal.newest(poolId, Long.MAX_VALUE, BLOBS);
            assertEquals(BLOBS - hidden, newest.size());
            BlobMeta unreadable = BlobMeta.unreadable(damaged.hash(), damaged.handle());
            expect(
                    WriteOutcome.DURABLE,
                    client.write(new JournalWrite.Remove(poolId, unreadable, true)));
            assertInstanceOf(MetaResult.Missing.class, client.read(damaged.handle()));
            // Whether it was counted is not known: rather too many than too few.
            assertEquals(BLOBS, journal.totals(poolId).blobs());
        }
        VerifyReport report = verify();
        assertFalse(report.isSound());
    }

    @Test
    @DisplayName("writes go on over damaged tables, though they cannot be compacted")
    void writesGoOn() throws IOException {
        DirectoryCopy.flip(root, ".sst", blobs.get(7).handle().getBytes(StandardCharsets.US_ASCII));
        // Each start leaves a table over all hashes: with the fourth they are compacted.
        int written = 0;
        for (int start = 0; start < 5; start++) {
            try (RocksJournal journal = open()) {
                JournalClient client = new JournalClient(journal, poolId);
                for (int i = 0; i < 200; i++) {
                    client.put("start-" + written++, 500);
                }
            }
        }
        try (RocksJournal journal = open()) {
            JournalClient client = new JournalClient(journal, poolId);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (journal.stats().reopenings() == 0) {
                assertTrue(System.nanoTime() < end, "no compaction meets the damage");
                client.put("more-" + written++, 500);
            }
            for (int i = 0; i < 100; i++) {
                client.put("last-" + written++, 500);
            }
            assertEquals(JournalState.OPEN, journal.state());
            assertEquals(1, journal.stats().reopenings());
            assertEquals(BLOBS + written, journal.totals(poolId).blobs());
            client.expectStored(blobs.getLast(), SIZE);
        }
    }

    /// What a kill leaves: a log with five groups, each acknowledged.
    private List<BlobMeta> killed() throws IOException {
        List<BlobMeta> last = new ArrayList<>();
        Path copy = parent.resolve("copy");
        try (RocksJournal journal = open()) {
            JournalClient client = new JournalClient(journal, poolId);
            for (int i = 0; i < 5; i++) {
                last.add(client.put("log-" + i, SIZE));
            }
            DirectoryCopy.of(root, copy);
        }
        root = copy;
        return last;
    }

    private static Path log(Path root) throws IOException {
        return newest(root, ".log");
    }

    private static Path newest(Path root, String name) throws IOException {
        return DirectoryCopy.files(root).stream()
                .filter(file -> file.getFileName().toString().contains(name))
                .max(Path::compareTo)
                .orElseThrow();
    }

    @Test
    @DisplayName("a log that is damaged in the middle is refused: what is behind was acknowledged")
    void logMiddle() throws IOException {
        List<BlobMeta> last = killed();
        DirectoryCopy.flip(root, ".log", Arrays.copyOf(content(last.get(1)), 64));
        JournalException refusal = assertThrows(JournalException.class, this::open);
        assertTrue(
                String.valueOf(refusal.getMessage()).contains("in the middle"),
                refusal.getMessage());
        assertTrue(verify().findings().getFirst().contains("in the middle"));
    }

    @Test
    @DisplayName("damage in the last group of a journal at rest is no torn tail")
    void logEnd() throws IOException {
        BlobMeta last;
        Path copy = parent.resolve("copy");
        try (RocksJournal journal = open()) {
            last = new JournalClient(journal, poolId).put("last", SIZE);
            long before = Files.size(log(root));
            // Behind it comes the mark.
            await(() -> Files.size(log(root)) > before);
            DirectoryCopy.of(root, copy);
        }
        root = copy;
        DirectoryCopy.flip(root, ".log", Arrays.copyOf(content(last), 64));
        assertThrows(JournalException.class, this::open);
        assertFalse(verify().isSound());
    }

    @Test
    @DisplayName(
            "a last record of log or manifest that is whole but for its length is no torn tail")
    void lengths() throws IOException {
        killed();
        Path killed = root;
        for (String name : List.of(".log", "MANIFEST-")) {
            for (int bit = 0; bit < 16; bit++) {
                root = DirectoryCopy.of(killed, parent.resolve(name.replace(".", "") + bit));
                Path file = newest(root, name);
                try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                    bytes.seek(lastRecord(Files.readAllBytes(file)) + 4 + bit / 8);
                    int old = bytes.read();
                    bytes.seek(bytes.getFilePointer() - 1);
                    bytes.write(old ^ 1 << bit % 8);
                }
                assertThrows(JournalException.class, this::open, name + " bit " + bit);
                assertFalse(verify().isSound());
            }
        }
    }

    private static int lastRecord(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int last = 0;
        int at = 0;
        while (at < bytes.limit()) {
            int end = WalScan.endOfWhole(bytes, at);
            if (end > 0) {
                last = at;
                at = end;
            } else {
                assertTrue(WalScan.isTrailer(at), "damaged at " + at);
                at = WalScan.blockEnd(at);
            }
        }
        return last;
    }

    /// Something that comes to hold without anybody telling.
    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < end, "it does not come to hold");
            Thread.onSpinWait();
        }
    }

    @Test
    @DisplayName("a log that is cut anywhere: everything before the cut is there, nothing torn")
    void logTail() throws IOException {
        List<BlobMeta> last = killed();
        Path killed = root;
        long length = Files.size(log(root));
        for (int cut = 1; cut < 40; cut++) {
            root = DirectoryCopy.of(killed, parent.resolve("cut" + cut));
            long left = length * cut / 40;
            try (RandomAccessFile file = new RandomAccessFile(log(root).toFile(), "rw")) {
                file.setLength(left);
            }
            try (RocksJournal journal = open()) {
                JournalClient client = new JournalClient(journal, poolId);
                boolean isGone = false;
                for (BlobMeta blob : last) {
                    if (client.read(blob.handle()) instanceof MetaResult.Found) {
                        assertFalse(isGone, "an earlier one is gone");
                        client.expectStored(blob, SIZE);
                    } else {
                        isGone = true;
                    }
                }
                client.expectStored(blobs.get(3), SIZE);
                client.put("next", SIZE);
            }
            assertTrue(verify().isSound(), verify().toString());
        }
    }

    @Test
    @DisplayName("a torn tail, then a kill: what was acknowledged in between is there")
    void tornThenKilled() throws IOException {
        List<BlobMeta> last = killed();
        Path killed = root;
        long length = Files.size(log(root));
        for (int cut = 0; cut < 6; cut++) {
            root = DirectoryCopy.of(killed, parent.resolve("torn" + cut));
            try (RandomAccessFile file = new RandomAccessFile(log(root).toFile(), "rw")) {
                file.setLength(cut == 0 ? 100 : length - 1 - cut * 7_000L);
            }
            List<BlobMeta> after = new ArrayList<>();
            Path again = parent.resolve("again" + cut);
            try (RocksJournal journal = open()) {
                JournalClient client = new JournalClient(journal, poolId);
                for (int i = 0; i < 5; i++) {
                    after.add(client.put("after-" + i, SIZE));
                }
                DirectoryCopy.of(root, again);
            }
            root = again;
            try (RocksJournal journal = open()) {
                JournalClient client = new JournalClient(journal, poolId);
                after.forEach(blob -> client.expectStored(blob, SIZE));
                client.expectStored(blobs.get(3), SIZE);
            }
            assertTrue(verify().isSound(), verify().toString());
        }
        assertFalse(last.isEmpty());
    }

    @Test
    @DisplayName("a whole restore: refused over data, then as it was; one pool beside others")
    void restore() throws IOException {
        BlobMeta later;
        try (RocksJournal journal = open()) {
            journal.snapshot("one");
            later = new JournalClient(journal, poolId).put("later", 5);
        }
        Path snapshot = root.resolve("snapshots/one");
        assertThrows(
                JournalException.class, () -> JournalRestore.everything(snapshot, root, false));
        Path other = parent.resolve("other");
        JournalRestore.everything(snapshot, other, false);
        JournalRestore.everything(snapshot, root, true);
        for (Path restored : List.of(root, other)) {
            root = restored;
            assertTrue(verify().isSound(), verify().toString());
            try (RocksJournal journal = open()) {
                JournalClient client = new JournalClient(journal, poolId);
                assertEquals(BLOBS, journal.totals(poolId).blobs());
                client.expectStored(blobs.getLast(), SIZE);
                assertInstanceOf(MetaResult.Missing.class, client.read(later.handle()));
            }
        }
        Path third = parent.resolve("third");
        RocksJournalOptions options = RocksJournalTest.options(third);
        try (RocksJournal journal = RocksJournal.open(options)) {
            JournalClient.onNewPool(journal, "own").put("own", 7);
        }
        Path of = parent.resolve("data/snapshots/one");
        assertEquals(BLOBS, JournalRestore.pool(of, "p", options, false));
        assertThrows(JournalException.class, () -> JournalRestore.pool(of, "p", options, false));
        assertThrows(JournalException.class, () -> JournalRestore.pool(of, "none", options, true));
        assertEquals(BLOBS, JournalRestore.pool(of, "p", options, true));
        root = third;
        assertTrue(verify().isSound(), verify().toString());
        try (RocksJournal journal = open()) {
            assertEquals(2, journal.pools().size());
            int restored = journal.pools().getLast().poolId();
            new JournalClient(journal, restored).expectStored(blobs.get(9), SIZE);
        }
    }
}
