package dev.zspool.persist;

import static dev.zspool.persist.JournalClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the committer writes together, and in which order.
class CommitterTest {
    private static final int PIECE = Journal.MAX_PIECE_BYTES;

    @TempDir private Path directory;
    private RocksJournal journal;
    private JournalClient client;

    @BeforeEach
    void open() {
        journal = RocksJournal.open(RocksJournalTest.options(directory));
        client = JournalClient.onNewPool(journal, "p");
    }

    @AfterEach
    void close() {
        journal.close();
    }

    /// A write whose source holds the committer up until the latch is down.
    private CompletableFuture<WriteOutcome> holding(CountDownLatch latch, CountDownLatch held) {
        BlobMeta meta = client.meta("holder", 1);
        JournalWrite.PieceSource source =
                (piece, into) -> {
                    held.countDown();
                    awaitLatch(latch);
                    return 1;
                };
        return client.write(
                new JournalWrite.Store(client.poolId(), meta, source, Optional.empty(), true));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    @DisplayName("what waits is one group: 500 synced writes, two syncs at most")
    void groupCommit() throws InterruptedException {
        CountDownLatch latch = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        long syncs = journal.stats().syncs();
        long groups = journal.stats().groups();
        List<CompletableFuture<WriteOutcome>> outcomes = new ArrayList<>();
        outcomes.add(holding(latch, held));
        held.await();
        for (int i = 0; i < 500; i++) {
            outcomes.add(client.store(client.meta("b" + i, 100), Optional.empty(), true, 100));
        }
        latch.countDown();
        outcomes.forEach(outcome -> expect(WriteOutcome.DURABLE, outcome));
        assertTrue(journal.stats().syncs() - syncs <= 2, journal.stats().toString());
        assertTrue(journal.stats().groups() - groups <= 2, journal.stats().toString());
    }

    @Test
    @DisplayName("an asynchronous write has its outcome without a sync, which follows by itself")
    void asynchronous() {
        AtomicLong now = new AtomicLong();
        journal.close();
        RocksJournalOptions real = RocksJournalTest.options(directory);
        journal =
                RocksJournal.open(
                        new RocksJournalOptions(
                                directory, real.nativeBudgetBytes(), 0, now::get, real.threads()));
        client = new JournalClient(journal, client.poolId());
        long syncs = journal.stats().syncs();
        BlobMeta first = client.meta("a", 1);
        expect(WriteOutcome.DURABLE, client.store(first, Optional.empty(), false, 1));
        assertEquals(syncs, journal.stats().syncs());
        now.addAndGet(GroupWriter.SYNC_NANOS);
        BlobMeta second = client.meta("b", 1);
        expect(WriteOutcome.DURABLE, client.store(second, Optional.empty(), false, 1));
        while (journal.stats().syncs() == syncs) {
            Thread.onSpinWait();
        }
        assertEquals(syncs + 1, journal.stats().syncs());
    }

    @Test
    @DisplayName("a long blob lets others pass between its pieces, and its own blob's writes wait")
    void interleaving() {
        int[] shape = new int[40];
        Arrays.fill(shape, PIECE);
        BlobMeta meta = client.meta("long", shape);
        List<CompletableFuture<WriteOutcome>> passed = new ArrayList<>();
        List<Integer> doneAtPiece = new ArrayList<>();
        JournalWrite.PieceSource source =
                (piece, into) -> {
                    if (piece % LongWrite.MOST_PIECES_AT_ONCE == 0) {
                        doneAtPiece.add(
                                (int) passed.stream().filter(CompletableFuture::isDone).count());
                        passed.add(
                                client.store(
                                        client.meta("s" + piece, 10), Optional.empty(), true, 10));
                    }
                    byte[] bytes = JournalClient.content(meta.sequence(), piece, PIECE);
                    System.arraycopy(bytes, 0, into, 0, PIECE);
                    return PIECE;
                };
        CompletableFuture<WriteOutcome> outcome =
                client.write(
                        new JournalWrite.Store(
                                client.poolId(), meta, source, Optional.empty(), true));
        BlobMeta next = client.meta("long", 5);
        CompletableFuture<WriteOutcome> follower = client.store(next, Optional.of(meta), true, 5);
        expect(WriteOutcome.DURABLE, outcome);
        passed.forEach(small -> expect(WriteOutcome.DURABLE, small));
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), doneAtPiece);
        expect(WriteOutcome.DURABLE, follower);
        client.expectStored(next, 5);
        client.expectNoPieces(meta);
    }

    @Test
    @DisplayName("a long write that is killed half-way leaves nothing, and no blob gets its pieces")
    void killedLongWrite(@TempDir Path copies) throws Exception {
        int[] shape = new int[20];
        Arrays.fill(shape, PIECE);
        BlobMeta meta = client.meta("long", shape);
        CountDownLatch latch = new CountDownLatch(1);
        CountDownLatch half = new CountDownLatch(1);
        JournalWrite.PieceSource source =
                (piece, into) -> {
                    if (piece == 12) {
                        half.countDown();
                        awaitLatch(latch);
                    }
                    return PIECE;
                };
        CompletableFuture<WriteOutcome> outcome =
                client.write(
                        new JournalWrite.Store(
                                client.poolId(), meta, source, Optional.empty(), true));
        half.await();
        Path copy = DirectoryCopy.of(directory, copies.resolve("killed"));
        latch.countDown();
        expect(WriteOutcome.DURABLE, outcome);
        try (RocksJournal killed = RocksJournal.open(RocksJournalTest.options(copy))) {
            assertEquals(meta.sequence(), killed.lastSequence());
            JournalClient after = new JournalClient(killed, client.poolId());
            after.put("next", 1);
            after.expectNoPieces(meta);
            assertEquals(1, killed.totals(client.poolId()).blobs());
        }
        assertTrue(JournalVerify.run(copy, PieceVerifier.NONE, blobs -> {}).isSound());
    }

    @Test
    @DisplayName("snapshots under writes are sound, and have what was acknowledged before")
    void snapshotUnderWrites() throws InterruptedException {
        BlobMeta before = client.put("before", PIECE, PIECE);
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch some = new CountDownLatch(20);
        Thread writer =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; over.getCount() > 0; i++) {
                                client.put("b" + i, 20_000);
                                some.countDown();
                            }
                        });
        some.await();
        for (int i = 0; i < 5; i++) {
            long least = journal.lastSequence();
            Snapshot snapshot = journal.snapshot("s" + i);
            assertTrue(snapshot.lastSequence() >= least);
            VerifyReport report =
                    JournalVerify.run(snapshot.directory(), PieceVerifier.NONE, blobs -> {});
            assertEquals(List.of(), report.findings());
        }
        over.countDown();
        writer.join();
        client.expectStored(before, PIECE, PIECE);
        assertFalse(journal.totals(client.poolId()).blobs() < 20);
    }
}
