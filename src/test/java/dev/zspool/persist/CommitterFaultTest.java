package dev.zspool.persist;

import static dev.zspool.persist.JournalClient.await;
import static dev.zspool.persist.JournalClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/// What the committer does when something fails between two of its steps.
class CommitterFaultTest {
    private static final int PIECE = Journal.MAX_PIECE_BYTES;

    @TempDir private Path parent;
    private Path directory;
    private RocksJournal journal;
    private JournalClient client;

    /// Runs when the committer looks at the clock.
    private final AtomicReference<Runnable> fault =
            new AtomicReference<>(CommitterFaultTest::nothing);

    /// A sync is due behind the fault.
    private final AtomicLong nanos = new AtomicLong();

    @BeforeEach
    void open() {
        directory = parent.resolve("data");
        RocksJournalOptions real = RocksJournalTest.options(directory);
        journal =
                RocksJournal.open(
                        new RocksJournalOptions(
                                directory, real.nativeBudgetBytes(), 0, this::now, real.threads()));
        client = JournalClient.onNewPool(journal, "p");
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private static void nothing() {
        // No fault.
    }

    private long now() {
        fault.getAndSet(CommitterFaultTest::nothing).run();
        return nanos.get();
    }

    /// From now on files are open that can neither be written nor synced.
    private void breakFiles(Runnable whileClosed) {
        try {
            journal.gate.reopen(() -> {
                whileClosed.run();
                return RocksFiles.openReadOnly(directory.resolve("journal"), 1 << 20);
            });
        } catch (RocksDBException impossible) {
            throw new IllegalStateException(impossible);
        }
        nanos.addAndGet(GroupWriter.SYNC_NANOS);
    }

    private void awaitReopening() {
        while (journal.stats().reopenings() == 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    @DisplayName("a sync fails between the last piece of a long blob and its meta record")
    void syncBeforeMeta() {
        expect(
                WriteOutcome.DURABLE,
                client.store(client.meta("unsynced", 1), Optional.empty(), false, 1));
        int[] shape = new int[LongWrite.MOST_PIECES_AT_ONCE + 1];
        Arrays.fill(shape, PIECE);
        BlobMeta meta = client.meta("long", shape);
        JournalWrite.PieceSource source =
                (piece, into) -> {
                    byte[] bytes = JournalClient.content(meta.sequence(), piece, PIECE);
                    System.arraycopy(bytes, 0, into, 0, PIECE);
                    if (piece == shape.length - 1) {
                        fault.set(() -> breakFiles(CommitterFaultTest::nothing));
                    }
                    return PIECE;
                };
        WriteOutcome outcome =
                await(
                        client.write(
                                new JournalWrite.Store(
                                        client.poolId(), meta, source, Optional.empty(), true)));
        awaitReopening();
        if (outcome == WriteOutcome.DURABLE) {
            client.expectStored(meta, shape);
        } else {
            assertEquals(new MetaResult.Missing(), client.read("long"));
        }
        client.put("next", 1);
        assertTrue(journal.totals(client.poolId()).blobs() >= 2);
    }

    @Test
    @DisplayName("a write over a blob that the disk has lost: the totals are what is there")
    void overLost() throws IOException {
        client.put("before", 1);
        Path old = DirectoryCopy.of(directory, parent.resolve("old"));
        BlobMeta lost = client.meta("h", 10);
        expect(WriteOutcome.DURABLE, client.store(lost, Optional.empty(), false, 10));
        List<String> doubted = new ArrayList<>();
        journal.onDoubt((pool, hash, handle) -> doubted.add(handle));
        fault.set(() -> breakFiles(() -> replace(directory, old)));
        CompletableFuture<WriteOutcome> other =
                client.store(client.meta("o", 1), Optional.empty(), false, 1);
        expect(WriteOutcome.DURABLE, other);
        awaitReopening();
        BlobMeta next = client.meta("h", 20);
        expect(WriteOutcome.DURABLE, client.store(next, Optional.of(lost), true, 20));
        assertTrue(doubted.contains("h"));
        client.expectStored(next, 20);
        List<String> there = client.list(10);
        assertTrue(there.containsAll(List.of("before", "h")), "o may be lost, too: " + there);
        assertEquals(there.size(), journal.totals(client.poolId()).blobs());
        expect(
                WriteOutcome.DURABLE,
                client.write(new JournalWrite.Remove(client.poolId(), client.meta("o", 1), true)));
        assertEquals(List.of("before", "h"), client.list(10).stream().sorted().toList());
        assertEquals(2, journal.totals(client.poolId()).blobs());
    }

    private static void replace(Path directory, Path by) {
        Path journal = directory.resolve("journal");
        try {
            for (Path file : DirectoryCopy.files(journal)) {
                Files.delete(file);
            }
            DirectoryCopy.of(by.resolve("journal"), journal);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    @DisplayName("a heap that is full for a moment ends one write, not all")
    void fullHeap() {
        BlobMeta meta = client.meta("h", 1);
        JournalWrite.PieceSource source =
                (piece, into) -> {
                    throw new OutOfMemoryError("in a test");
                };
        expect(
                WriteOutcome.SOURCE_FAILED,
                client.write(
                        new JournalWrite.Store(
                                client.poolId(), meta, source, Optional.empty(), true)));
        BlobMeta told = client.meta("told", 1);
        journal.write(
                new JournalWrite.Store(
                        client.poolId(), told, (piece, into) -> 1, Optional.empty(), true),
                outcome -> {
                    throw new OutOfMemoryError("in a test");
                });
        client.put("next", 1);
        assertEquals(2, journal.totals(client.poolId()).blobs());
        fault.set(() -> {
            throw new OutOfMemoryError("in a test");
        });
        CompletableFuture<WriteOutcome> broken =
                client.store(client.meta("broken", 1), Optional.empty(), false, 1);
        WriteOutcome outcome = await(broken);
        client.put("last", 1);
        long blobs = journal.totals(client.poolId()).blobs();
        assertEquals(outcome == WriteOutcome.DURABLE ? 4 : 3, blobs);
        assertEquals(blobs, client.list(10).size());
    }

    @Test
    @DisplayName("the pieces of a long write that is given up are deleted before the next write")
    void givenUp() {
        expect(
                WriteOutcome.DURABLE,
                client.store(client.meta("unsynced", 1), Optional.empty(), false, 1));
        int[] shape = new int[LongWrite.MOST_PIECES_AT_ONCE + 1];
        Arrays.fill(shape, PIECE);
        BlobMeta meta = client.meta("long", shape);
        JournalWrite.PieceSource source =
                (piece, into) -> {
                    if (piece == shape.length - 1) {
                        fault.set(() -> {
                            throw new IllegalStateException("in a test");
                        });
                    }
                    return PIECE;
                };
        expect(
                WriteOutcome.FAILED,
                client.write(
                        new JournalWrite.Store(
                                client.poolId(), meta, source, Optional.empty(), true)));
        client.put("next", 1);
        client.expectNoPieces(meta);
        assertEquals(0, journal.stats().reopenings());
        BlobMeta again = client.put("long", shape);
        client.expectStored(again, shape);
    }

    @Test
    @DisplayName("a blob that is written again as it is, is in no doubt: memory may have it alone")
    void repairIsInNoDoubt() {
        List<String> told = new ArrayList<>();
        Doubts doubts = new Doubts();
        doubts.onDoubt((pool, hash, handle) -> told.add(handle));
        BlobMeta damaged = client.meta("damaged", 1);
        doubts.doubt(
                List.of(
                        job(damaged, Optional.of(damaged.corrupted())),
                        job(client.meta("replaced", 1), Optional.of(damaged)),
                        job(client.meta("new", 1), Optional.empty())));
        doubts.tell();
        assertEquals(List.of("replaced", "new"), told);
    }

    private CommitJob.Write job(BlobMeta meta, Optional<BlobMeta> before) {
        return new CommitJob.Write(
                new JournalWrite.Store(client.poolId(), meta, (piece, into) -> 1, before, true),
                outcome -> {});
    }
}
