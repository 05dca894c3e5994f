package dev.zspool.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.Racers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data directory that cannot be used is refused, and left as it is.
class RocksDirectoryTest {
    @TempDir private Path parent;

    private Path root() {
        return parent.resolve("deep/data");
    }

    private RocksJournal open() {
        return RocksJournal.open(RocksJournalTest.options(root()));
    }

    private JournalException refused() throws IOException {
        return refused(file -> true);
    }

    private JournalException refused(Predicate<String> isQuiet) throws IOException {
        Map<String, String> before = DirectoryCopy.picture(root());
        JournalException refusal = assertThrows(JournalException.class, this::open);
        Map<String, String> after = DirectoryCopy.picture(root());
        before.keySet().removeIf(isQuiet.negate());
        after.keySet().removeIf(isQuiet.negate());
        assertEquals(before, after, "nothing is touched");
        return refusal;
    }

    @Test
    @DisplayName("a newer format, a damaged one, none beside data")
    void format() throws IOException {
        open().close();
        Path format = root().resolve("FORMAT");
        assertEquals("zspool data, format 1\n", Files.readString(format));
        Files.writeString(format, "zspool data, format 2\n");
        JournalException newer = refused();
        assertEquals(JournalException.Reason.NEWER_FORMAT, newer.reason());
        assertTrue(
                String.valueOf(newer.getMessage()).contains("newer version"), newer.getMessage());
        for (String damaged :
                new String[] {"", "zspool data, format x", "something", "\0".repeat(9)}) {
            Files.writeString(format, damaged);
            assertEquals(JournalException.Reason.FAILED, refused().reason(), damaged);
        }
        Files.delete(format);
        assertEquals(JournalException.Reason.FAILED, refused().reason());
    }

    @Test
    @DisplayName("in use: refused, by this process or another, until it is free")
    void inUse() throws IOException {
        try (RocksJournal first = open()) {
            JournalClient.onNewPool(first, "p").put("blob", 10);
            // Who has it notes in its log, soon after a write, that this is on the disk.
            assertEquals(
                    JournalException.Reason.IN_USE,
                    refused(file -> !file.endsWith(".log")).reason());
        }
        open().close();
    }

    @Test
    @DisplayName("a journal whose CURRENT is lost is refused, not made anew over the old files")
    void lostCurrent() throws IOException {
        try (RocksJournal first = open()) {
            JournalClient.onNewPool(first, "p").put("blob", 10);
        }
        Files.delete(root().resolve("journal/CURRENT"));
        JournalException refusal = assertThrows(JournalException.class, this::open);
        assertEquals(JournalException.Reason.FAILED, refusal.reason());
        assertTrue(
                DirectoryCopy.files(root()).stream()
                        .anyMatch(file -> file.toString().endsWith(".sst")));
    }

    @Test
    @DisplayName("a snapshot that a kill has interrupted is deleted by the next start")
    void draftOfSnapshot() throws IOException {
        open().close();
        Path draft = root().resolve("snapshots/.one.new/journal");
        Files.createDirectories(draft);
        Files.writeString(draft.resolve("000001.sst"), "half");
        try (RocksJournal journal = open()) {
            journal.snapshot("two");
        }
        assertFalse(Files.exists(draft.getParent()));
        assertTrue(Files.exists(root().resolve("snapshots/two/FORMAT")));
    }

    @Test
    @DisplayName("of many that want a snapshot of one name at once, one gets it, and it is whole")
    void snapshotsAtOnce() throws Exception {
        ConcurrentLinkedQueue<String> outcomes = new ConcurrentLinkedQueue<>();
        try (RocksJournal journal = open()) {
            JournalClient client = JournalClient.onNewPool(journal, "pool");
            for (int i = 0; i < 50; i++) {
                client.put("blob-" + i, 2_000);
            }
            Racers racers = new Racers();
            for (int i = 0; i < 4; i++) {
                racers.add(() -> {
                    try {
                        outcomes.add(journal.snapshot("one").blobsOf(client.poolId()) + " blobs");
                    } catch (JournalException refused) {
                        outcomes.add(refused.reason().name());
                    }
                });
            }
            racers.run();
        }
        assertEquals(
                List.of("50 blobs", "SNAPSHOT_EXISTS", "SNAPSHOT_EXISTS", "SNAPSHOT_EXISTS"),
                outcomes.stream().sorted().toList());
        assertTrue(
                JournalVerify.run(root().resolve("snapshots/one"), PieceVerifier.NONE, blobs -> {})
                        .isSound());
    }

    @Test
    @DisplayName("no native object is left, when it opens and when it does not")
    void nativeObjects() throws IOException {
        long before = RocksFiles.openObjects();
        try (RocksJournal journal = open()) {
            assertTrue(RocksFiles.openObjects() > before);
            journal.snapshot("one");
        }
        assertEquals(before, RocksFiles.openObjects());
        Files.delete(root().resolve("journal/CURRENT"));
        assertThrows(JournalException.class, this::open);
        assertEquals(before, RocksFiles.openObjects());
    }
}
