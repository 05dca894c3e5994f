package dev.zspool.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.upgrade.GoldenArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Data directories of earlier releases, and of later ones: what a change of the format has to keep
/// to.
class GoldenDataTest {
    private static final int NEXT = DataDirectory.FORMAT + 1;

    @TempDir private Path parent;

    private Path root = Path.of("");

    @BeforeEach
    void unpack() throws IOException {
        root = GoldenArchive.unpack(GoldenArchive.all().getFirst(), parent);
    }

    @Test
    @DisplayName("there is data of every format that was ever released")
    void ofEveryFormat() throws IOException {
        List<String> names =
                GoldenArchive.all().stream().map(file -> file.getFileName().toString()).toList();
        for (int format = 1; format <= DataDirectory.FORMAT; format++) {
            assertTrue(names.contains("data-format-" + format + ".zip"), names::toString);
        }
    }

    @Test
    @DisplayName("it is sound, and has what only a stopped and then killed service leaves")
    void isSound() throws IOException {
        VerifyReport report = JournalVerify.run(root, PieceVerifier.NONE, blobs -> {});
        assertTrue(report.isSound(), report::toString);
        assertTrue(
                DirectoryCopy.files(root.resolve("journal")).stream()
                        .anyMatch(file ->
                                file.toString().endsWith(".log") && file.toFile().length() > 0),
                "a log to replay");
        try (RocksJournal journal = RocksJournal.open(RocksJournalTest.options(root))) {
            assertEquals(
                    List.of("archive", "cache", "default", "sessions"),
                    journal.pools().stream()
                            .map(pool -> pool.definition().name())
                            .sorted()
                            .toList());
            assertTrue(journal.residents(idOf(journal, "archive")).length > 0);
            assertTrue(
                    journal.list(idOf(journal, "archive"), 0, "", 1000).blobs().stream()
                            .anyMatch(blob -> blob.pieces() > 1));
        }
    }

    private static int idOf(Journal journal, String name) {
        return journal.pools().stream()
                .filter(pool -> pool.definition().name().equals(name))
                .mapToInt(StoredPool::poolId)
                .sum();
    }

    @Test
    @DisplayName("a newer release stamps an older directory and touches nothing else by that")
    void olderIsStamped() throws IOException {
        Map<String, String> before = DirectoryCopy.picture(root);
        DataDirectory.take(root, NEXT).close();
        Map<String, String> after = DirectoryCopy.picture(root);
        assertEquals("zspool data, format " + NEXT + "\n", Files.readString(format()));
        before.keySet().removeAll(List.of("FORMAT", "LOCK"));
        after.keySet().removeAll(List.of("FORMAT", "LOCK"));
        assertEquals(before, after);
    }

    @Test
    @DisplayName("from then on the previous release refuses it, and says what to do")
    void stampedIsRefusedByThePrevious() throws IOException {
        DataDirectory.take(root, NEXT).close();
        Map<String, String> before = DirectoryCopy.picture(root);
        JournalException refusal =
                assertThrows(
                        JournalException.class,
                        () -> RocksJournal.open(RocksJournalTest.options(root)));
        assertEquals(JournalException.Reason.NEWER_FORMAT, refusal.reason());
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains("has format " + NEXT), message);
        assertTrue(message.contains("restore a snapshot"), message);
        assertThrows(
                JournalException.class,
                () -> JournalVerify.run(root, PieceVerifier.NONE, blobs -> {}));
        assertEquals(before, DirectoryCopy.picture(root), "untouched");
    }

    @Test
    @DisplayName("a release of the same format goes on with the directory as with its own")
    void sameFormat() throws IOException {
        String before = Files.getLastModifiedTime(format()).toString();
        RocksJournal.open(RocksJournalTest.options(root)).close();
        assertEquals(before, Files.getLastModifiedTime(format()).toString());
    }

    @Test
    @DisplayName(
            "rolled back: a snapshot from before the upgrade, which only its name is newer than")
    void rollBack() throws IOException {
        Path snapshot;
        try (RocksJournal journal = RocksJournal.open(RocksJournalTest.options(root))) {
            journal.snapshot("before");
            snapshot = root.resolve("snapshots/before");
        }
        DataDirectory.take(root, NEXT).close();
        Path restored = parent.resolve("restored");
        JournalRestore.everything(snapshot, restored, false);
        assertTrue(JournalVerify.run(restored, PieceVerifier.NONE, blobs -> {}).isSound());
        assertEquals("zspool data, format 1\n", Files.readString(restored.resolve("FORMAT")));
        assertThrows(
                JournalException.class,
                () -> JournalRestore.everything(snapshot, root, true),
                "not over what is newer");
        assertFalse(Files.exists(root.resolve("journal.new")));
    }

    private Path format() {
        return root.resolve("FORMAT");
    }
}
