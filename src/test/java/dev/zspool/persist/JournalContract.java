package dev.zspool.persist;

import static dev.zspool.persist.JournalClient.await;
import static dev.zspool.persist.JournalClient.definition;
import static dev.zspool.persist.JournalClient.expect;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What every journal does.
abstract class JournalContract {
    private static final int PIECE = Journal.MAX_PIECE_BYTES;

    private Journal journal;
    private JournalClient client;

    /// Makes a journal over what the ones before it in this test have written.
    abstract Journal open();

    @BeforeEach
    void openFirst() {
        journal = open();
        client = JournalClient.onNewPool(journal, "default");
    }

    @AfterEach
    void closeLast() {
        journal.close();
    }

    private void reopen() {
        journal.close();
        journal = open();
        client = new JournalClient(journal, client.poolId());
    }

    @Test
    @DisplayName("a blob of any number of pieces comes back, also after a new start")
    void roundTrips() {
        int[][] shapes = {{1}, {100}, {PIECE}, {PIECE, 1}, {0}, new int[20]};
        java.util.Arrays.fill(shapes[5], PIECE);
        List<BlobMeta> blobs = new ArrayList<>();
        for (int shape = 0; shape < shapes.length; shape++) {
            blobs.add(client.put("blob-" + shape, shapes[shape]));
        }
        for (int shape = 0; shape < shapes.length; shape++) {
            client.expectStored(blobs.get(shape), shapes[shape]);
        }
        reopen();
        for (int shape = 0; shape < shapes.length; shape++) {
            client.expectStored(blobs.get(shape), shapes[shape]);
        }
        assertEquals(blobs.getLast().sequence(), journal.lastSequence());
    }

    @Test
    @DisplayName("every attribute comes back: any hash, the longest handle and types, none at all")
    void attributes() {
        String longest = "h".repeat(128);
        for (long hash : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            for (Optional<String> text :
                    List.of(Optional.<String>empty(), Optional.of("ü".repeat(127)))) {
                BlobMeta meta =
                        new BlobMeta(
                                hash,
                                text.isEmpty() ? "h" : longest,
                                journal.lastSequence() + 1,
                                Long.MAX_VALUE,
                                0,
                                hash,
                                text,
                                text,
                                0,
                                Long.MAX_VALUE,
                                127,
                                1,
                                false);
                expect(WriteOutcome.DURABLE, client.store(meta, Optional.empty(), true, 7));
                client.expectStored(meta, 7);
            }
        }
        assertEquals(8, client.list(3).size());
    }

    @Test
    @DisplayName("a replaced blob's pieces are gone with it, also when there were more of them")
    void replace() {
        BlobMeta first = client.put("blob", PIECE, PIECE, 10);
        BlobMeta second = client.replace(first, 20);
        client.expectStored(second, 20);
        client.expectNoPieces(first);
        reopen();
        client.expectStored(second, 20);
        client.expectNoPieces(first);
        assertEquals(new PoolTotals(1, 40, 20, 0), journal.totals(client.poolId()));
    }

    @Test
    @DisplayName("a removed blob is gone with its pieces and its end")
    void remove() {
        BlobMeta other = client.put("other", 5);
        BlobMeta blob = client.meta(7, "blob", 1_000, 30);
        expect(WriteOutcome.DURABLE, client.store(blob, Optional.empty(), true, 30));
        client.remove(blob);
        for (int start = 0; start < 2; start++) {
            assertEquals(new MetaResult.Missing(), journal.readMeta(client.poolId(), 7, "blob"));
            client.expectNoPieces(blob);
            assertEquals(List.of(), journal.expired(client.poolId(), Long.MAX_VALUE, 10));
            assertEquals(new PoolTotals(1, 10, 5, 0), journal.totals(client.poolId()));
            client.expectStored(other, 5);
            assertEquals(blob.sequence(), journal.lastSequence(), "though it is removed");
            reopen();
        }
    }

    @Test
    @DisplayName("the writes of a blob take place in their order, however many wait")
    void orderOfABlob() {
        List<CompletableFuture<WriteOutcome>> outcomes = new ArrayList<>();
        Optional<BlobMeta> before = Optional.empty();
        for (int write = 0; write < 500; write++) {
            if (write % 7 == 6) {
                outcomes.add(
                        client.write(
                                new JournalWrite.Remove(
                                        client.poolId(), before.orElseThrow(), false)));
                before = Optional.empty();
            } else {
                int[] shape = write % 50 == 0 ? new int[] {PIECE, PIECE, PIECE} : new int[] {write};
                BlobMeta meta = client.meta("blob", shape);
                outcomes.add(client.store(meta, before, write % 2 == 0, shape));
                before = Optional.of(meta);
            }
        }
        outcomes.forEach(outcome -> expect(WriteOutcome.DURABLE, outcome));
        client.expectStored(before.orElseThrow(), 499);
        assertEquals(new PoolTotals(1, 998, 499, 0), journal.totals(client.poolId()));
        assertEquals(1, journal.newest(client.poolId(), Long.MAX_VALUE, 10).size());
    }

    @Test
    @DisplayName("a piece that is not to be had: nothing is changed, whichever it is")
    void sourceFails() {
        BlobMeta first = client.put("blob", 50);
        for (int fails : new int[] {0, 1, 19}) {
            BlobMeta second = client.meta("blob", new int[20]);
            JournalWrite.PieceSource source =
                    (piece, into) -> piece == fails ? JournalWrite.PieceSource.FAILED : PIECE;
            expect(
                    WriteOutcome.SOURCE_FAILED,
                    client.write(
                            new JournalWrite.Store(
                                    client.poolId(), second, source, Optional.of(first), true)));
            client.expectStored(first, 50);
            client.expectNoPieces(second);
        }
        reopen();
        client.expectStored(first, 50);
        assertEquals(new PoolTotals(1, 100, 50, 0), journal.totals(client.poolId()));
    }

    @Test
    @DisplayName("pools come back as they were defined, in their order, and ids are not used twice")
    void pools() {
        int second = journal.createPool(definition("second")).poolId();
        int third = journal.createPool(definition("third")).poolId();
        PoolDefinition changed =
                new PoolDefinition("second", 16, 5, 6, 7, 127, 0, Long.MIN_VALUE, true);
        journal.changePool(second, changed);
        journal.removePool(third);
        reopen();
        assertEquals(
                List.of(
                        new StoredPool(client.poolId(), definition("default")),
                        new StoredPool(second, changed)),
                journal.pools());
        assertTrue(journal.createPool(definition("third")).poolId() > third);
    }

    @Test
    @DisplayName(
            "a removed pool leaves nothing, and its neighbours alone; writes to it are refused")
    void removePool() {
        JournalClient second = JournalClient.onNewPool(journal, "second");
        JournalClient third = JournalClient.onNewPool(journal, "third");
        BlobMeta blob = second.put("blob", 10, 20);
        BlobMeta before = client.put("blob", 1);
        BlobMeta after = third.put("blob", 2);
        journal.saveResidents(second.poolId(), new int[] {1});
        journal.removePool(second.poolId());
        for (int start = 0; start < 2; start++) {
            second = new JournalClient(journal, second.poolId());
            assertEquals(new MetaResult.Missing(), second.read("blob"));
            second.expectNoPieces(blob);
            assertEquals(List.of(), second.list(10));
            assertEquals(List.of(), journal.newest(second.poolId(), Long.MAX_VALUE, 10));
            assertEquals(PoolTotals.NONE, journal.totals(second.poolId()));
            assertEquals(0, journal.residents(second.poolId()).length);
            expect(
                    WriteOutcome.POOL_GONE,
                    second.store(second.meta("b", 1), Optional.empty(), true, 1));
            client.expectStored(before, 1);
            new JournalClient(journal, third.poolId()).expectStored(after, 2);
            reopen();
        }
    }

    @Test
    @DisplayName("listing: by hash without sign, then by handle, in steps of any size")
    void listing() {
        long[] hashes = {0, 1, 1, 1, Long.MAX_VALUE, Long.MIN_VALUE, -2, -1, -1};
        String[] handles = {"a", "a", "aa", "b", "~", "c", "d", "-", "e"};
        IntStream.range(0, hashes.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> i * 5 % hashes.length))
                .forEach(i -> {
                    BlobMeta meta = client.meta(hashes[i], handles[i], 0, 3);
                    expect(WriteOutcome.DURABLE, client.store(meta, Optional.empty(), false, 3));
                });
        JournalClient.onNewPool(journal, "behind").put("x", 1);
        for (int step = 1; step <= hashes.length + 1; step++) {
            assertEquals(List.of(handles), client.list(step), "step " + step);
        }
        assertEquals(
                List.of("~", "c"),
                journal.list(client.poolId(), 2, "", 2).blobs().stream()
                        .map(BlobMeta::handle)
                        .toList());
        assertEquals("aa", journal.list(client.poolId(), 1, "a", 1).blobs().getFirst().handle());
    }

    @Test
    @DisplayName("newest: in descending order, only what is there, in steps")
    void newest() {
        List<BlobMeta> blobs = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            blobs.add(i % 3 == 0 ? client.put("b" + i, PIECE, PIECE, 9) : client.put("b" + i, i));
        }
        client.remove(blobs.remove(20));
        blobs.add(client.replace(blobs.remove(5), 8));
        JournalClient.onNewPool(journal, "behind").put("x", 1);
        for (int start = 0; start < 2; start++) {
            for (int step : new int[] {1, 7, 100}) {
                List<BlobMeta> found = new ArrayList<>();
                List<BlobMeta> page = journal.newest(client.poolId(), Long.MAX_VALUE, step);
                while (!page.isEmpty()) {
                    found.addAll(page);
                    page = journal.newest(client.poolId(), page.getLast().sequence(), step);
                }
                assertEquals(blobs.reversed(), found);
            }
            reopen();
        }
    }

    @Test
    @DisplayName("expired: what ended, in the order of the ends; an end goes with its blob")
    void expired() {
        long[] ends = {5_000, 1_000, 1_999, 0, 2_000, 1_001};
        List<BlobMeta> blobs = new ArrayList<>();
        for (int i = 0; i < ends.length; i++) {
            BlobMeta meta = client.meta(i, "b" + i, ends[i], 4);
            blobs.add(meta);
            expect(WriteOutcome.DURABLE, client.store(meta, Optional.empty(), true, 4));
        }
        reopen();
        int pool = client.poolId();
        assertEquals(5, journal.totals(pool).expiringBlobs());
        assertEquals(List.of(), journal.expired(pool, 999, 10));
        assertEquals(List.of(blobs.get(1)), journal.expired(pool, 1_000, 10));
        assertEquals(
                List.of(blobs.get(1), blobs.get(5), blobs.get(2)),
                journal.expired(pool, 1_999, 10));
        assertEquals(List.of(blobs.get(1), blobs.get(5)), journal.expired(pool, 9_999, 2));
        client.replace(blobs.get(1), 4);
        assertEquals(List.of(blobs.get(5)), journal.expired(pool, 1_001, 10));
        assertEquals(4, journal.totals(pool).expiringBlobs());
    }

    @Test
    @DisplayName("a blob marked as corrupted loses its pieces; one that was replaced does not")
    void markCorrupted() {
        BlobMeta first = client.put("blob", 10, 20);
        BlobMeta second = client.replace(first, 30);
        expect(WriteOutcome.DURABLE, mark(first));
        client.expectStored(second, 30);
        expect(WriteOutcome.DURABLE, mark(second));
        reopen();
        client.expectNoPieces(second);
        MetaResult.Found found = (MetaResult.Found) client.read("blob");
        assertTrue(found.meta().isCorrupted());
        assertEquals(second.sequence(), found.meta().sequence());
        assertEquals(List.of("blob"), client.list(5));
        assertEquals(List.of(), journal.newest(client.poolId(), Long.MAX_VALUE, 5));
        assertEquals(new PoolTotals(1, 60, 30, 0), journal.totals(client.poolId()));
        BlobMeta third = client.replace(found.meta(), 5);
        client.expectStored(third, 5);
        client.remove(third);
        expect(WriteOutcome.DURABLE, mark(third));
        assertEquals(new MetaResult.Missing(), client.read("blob"));
    }

    private CompletableFuture<WriteOutcome> mark(BlobMeta damaged) {
        CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
        journal.markCorrupted(client.poolId(), damaged, outcome::complete);
        return outcome;
    }

    @Test
    @DisplayName("lists of residents are kept by pool, the last one of each")
    void residents() {
        int other = journal.createPool(definition("other")).poolId();
        int[] many = IntStream.range(0, 200_001).map(i -> i * 31).toArray();
        journal.saveResidents(client.poolId(), many);
        journal.saveResidents(other, new int[] {-1, 0, 1});
        journal.saveResidents(other, new int[] {5});
        reopen();
        assertArrayEquals(many, journal.residents(client.poolId()));
        assertArrayEquals(new int[] {5}, journal.residents(other));
        journal.saveResidents(other, new int[0]);
        assertEquals(0, journal.residents(other).length);
        assertEquals(0, journal.residents(999).length);
    }

    @Test
    @DisplayName("a name of a snapshot is used once")
    void snapshot() {
        BlobMeta last = client.put("blob", 5);
        Snapshot written = journal.snapshot("one");
        assertEquals(last.sequence(), written.lastSequence());
        assertEquals(1, written.blobsOf(client.poolId()));
        assertEquals(0, written.blobsOf(999));
        JournalException again =
                assertThrows(JournalException.class, () -> journal.snapshot("one"));
        assertEquals(JournalException.Reason.SNAPSHOT_EXISTS, again.reason());
    }

    @Test
    @DisplayName("close: what waits is written, what comes later fails and gets its outcome too")
    void close() {
        List<CompletableFuture<WriteOutcome>> waiting = new ArrayList<>();
        List<BlobMeta> blobs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            BlobMeta meta = client.meta("b" + i, 1_000);
            blobs.add(meta);
            waiting.add(client.store(meta, Optional.empty(), i % 2 == 0, 1_000));
        }
        journal.close();
        waiting.forEach(outcome -> expect(WriteOutcome.DURABLE, outcome));
        assertEquals(JournalState.CLOSED, journal.state());
        assertEquals(
                WriteOutcome.FAILED,
                await(client.store(client.meta("late", 1), Optional.empty(), true, 1)));
        assertEquals(MetaResult.Unreadable.class, client.read("b0").getClass());
        reopen();
        blobs.forEach(blob -> client.expectStored(blob, 1_000));
        assertEquals(200, journal.totals(client.poolId()).blobs());
    }

    @Test
    @DisplayName("it counts what is written, and how often the disk is waited for")
    void stats() {
        long syncs = journal.stats().syncs();
        client.put("a", 10);
        client.put("b", 10);
        JournalStats stats = journal.stats();
        assertEquals(2, stats.writes());
        assertTrue(stats.syncs() >= syncs + 1);
        assertEquals(20, stats.submittedBytes());
        assertEquals(JournalState.OPEN, stats.state());
    }
}
