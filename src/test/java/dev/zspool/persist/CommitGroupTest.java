package dev.zspool.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/// Writes of blobs that were in doubt: their callers may know wrongly what they replace.
class CommitGroupTest {
    private static final int POOL = 1;
    private static final long HASH = 4711;

    @TempDir private Path directory;
    private final JournalPools pools = new JournalPools();
    private final Doubts doubts = new Doubts();
    private RocksFiles files;
    private CommitGroup group;
    private long sequence;

    @BeforeEach
    void open() throws RocksDBException {
        files = RocksFiles.open(directory, RocksFiles.Tuning.of(8 << 20));
        group = new CommitGroup(pools, doubts);
        pools.define(POOL, JournalClient.definition("p"));
    }

    @AfterEach
    void close() {
        group.close();
        files.close();
    }

    private BlobMeta meta(long expiresEpochMillis) {
        return new BlobMeta(
                HASH,
                "h",
                ++sequence,
                100,
                10,
                sequence,
                Optional.empty(),
                Optional.empty(),
                1,
                expiresEpochMillis,
                0,
                1,
                false);
    }

    private static CommitJob.Write store(BlobMeta meta, Optional<BlobMeta> before) {
        return new CommitJob.Write(
                new JournalWrite.Store(POOL, meta, (piece, into) -> 10, before, true),
                outcome -> {});
    }

    private void write(CommitJob.Write job) throws RocksDBException {
        group.begin(0, false);
        assertTrue(group.add(files, job));
        group.end(files);
        files.db().write(files.writing(true), group.batch());
        pools.wrote(group.number(), group.sequence(), group.totals());
        doubts.written(group.jobs());
    }

    private byte[] piece(long ofSequence) throws RocksDBException {
        return files.db().get(files.pieceSpace(), Keys.piece(POOL, ofSequence, 0));
    }

    /// The first one, then one over it of which nobody knows that it was written.
    private BlobMeta doubtful() throws RocksDBException {
        BlobMeta first = meta(1_000);
        write(store(first, Optional.empty()));
        CommitJob.Write second = store(meta(2_000), Optional.of(first));
        write(second);
        doubts.doubt(List.of(second));
        doubts.tell();
        return first;
    }

    @Test
    @DisplayName("a store replaces what is there, not what its caller believes")
    void store() throws RocksDBException {
        BlobMeta first = doubtful();
        BlobMeta third = meta(BlobMeta.NEVER_EXPIRES);
        write(store(third, Optional.of(first)));
        assertEquals(new PoolTotals(1, 100, 10, 0), pools.totals(POOL));
        assertNull(piece(2));
        write(store(meta(BlobMeta.NEVER_EXPIRES), Optional.of(third)));
        assertEquals(new PoolTotals(1, 100, 10, 0), pools.totals(POOL));
        assertNull(piece(3));
    }

    @Test
    @DisplayName("so does a removal, also of nothing")
    void remove() throws RocksDBException {
        BlobMeta first = doubtful();
        CommitJob.Write removal =
                new CommitJob.Write(new JournalWrite.Remove(POOL, first, true), outcome -> {});
        write(removal);
        assertEquals(PoolTotals.NONE, pools.totals(POOL));
        assertNull(piece(2));
        byte[] key = Keys.meta(POOL, HASH, "h");
        assertInstanceOf(MetaResult.Missing.class, JournalReads.meta(files, key));
        doubts.doubt(List.of(removal));
        doubts.tell();
        write(removal);
        assertEquals(PoolTotals.NONE, pools.totals(POOL));
    }
}
