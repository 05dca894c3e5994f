package dev.zspool.persist;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Checks a data directory or a snapshot that no process uses: everything is read, and held against
/// everything else.
public final class JournalVerify {
    private static final int MOST_FINDINGS = 1000;
    private static final int PAGE = 1000;
    private static final long BLOBS_BETWEEN_PROGRESS = 10_000;
    private static final long NATIVE_BYTES = 16L << 20;

    private final RocksFiles files;
    private final PieceVerifier verifier;
    private final LongConsumer progress;
    private final JournalPools pools = new JournalPools();
    private final Map<Integer, PoolTotals> counted = new HashMap<>();
    private final Set<Long> intents = new HashSet<>();
    private final List<String> findings = new ArrayList<>();
    private final byte[] value = new byte[PieceOwner.MOST_VALUE_BYTES];
    private final byte[] content = new byte[Journal.MAX_PIECE_BYTES];
    private long findingCount;
    private long blobs;
    private long pieces;

    private JournalVerify(RocksFiles files, PieceVerifier verifier, LongConsumer progress) {
        this.files = files;
        this.verifier = verifier;
        this.progress = progress;
    }

    /// Checks a directory.
    ///
    /// @param root of the data, or of a snapshot
    /// @param progress gets the number of blobs looked at, now and then
    /// @throws JournalException when it is in use, of a newer format, or no data directory
    public static VerifyReport run(Path root, PieceVerifier verifier, LongConsumer progress) {
        try (DataDirectory directory = DataDirectory.takeExisting(root)) {
            List<String> first = new ArrayList<>();
            ManifestScan.damage(directory.journal())
                    .ifPresent(place ->
                            first.add(
                                    "The manifest is damaged in the middle: "
                                            + place
                                            + "; the files of which it tells behind that would be"
                                            + " lost."));
            WalScan.Result log = WalScan.of(directory.journal());
            log.damage()
                    .ifPresent(place ->
                            first.add(
                                    log.isInTheMiddle()
                                            ? "The log is damaged in the middle: "
                                                    + place
                                                    + "; writes behind it would be lost."
                                            : "The log's end is torn: "
                                                    + place
                                                    + "; what is behind it was being"
                                                    + " written."));
            return opened(directory, first, verifier, progress);
        } catch (IOException failed) {
            throw unreadable(root, failed);
        }
    }

    private static VerifyReport opened(
            DataDirectory directory,
            List<String> first,
            PieceVerifier verifier,
            LongConsumer progress) {
        try (RocksFiles files = RocksFiles.openReadOnly(directory.journal(), NATIVE_BYTES)) {
            JournalVerify verify = new JournalVerify(files, verifier, progress);
            first.forEach(verify::find);
            verify.everything();
            return new VerifyReport(
                    verify.pools.list().size(),
                    verify.blobs,
                    verify.pieces,
                    verify.findings,
                    verify.findingCount);
        } catch (RocksDBException | JournalException failed) {
            List<String> all = new ArrayList<>(first);
            all.add("The journal cannot be opened: " + failed.getMessage());
            return new VerifyReport(0, 0, 0, all, all.size());
        }
    }

    private static JournalException unreadable(Path root, Exception failed) {
        return new JournalException(
                JournalException.Reason.FAILED,
                "The data directory " + root + " cannot be read: " + failed,
                failed);
    }

    private void find(String sentence) {
        findingCount++;
        if (findings.size() < MOST_FINDINGS) {
            findings.add(sentence);
        }
    }

    private void everything() throws RocksDBException {
        for (LongWriteIntent intent : pools.load(files)) {
            intents.add(intent.sequence());
        }
        for (StoredPool pool : pools.list()) {
            verifyBlobs(pool.poolId());
        }
        verifyPools(files.metas(), "blob");
        verifyPools(files.pieceSpace(), "piece");
        verifyPools(files.expiries(), "end of life");
        for (StoredPool pool : pools.list()) {
            verifyPieces(pool.poolId());
            verifyEnds(pool.poolId());
            PoolTotals found = counted.getOrDefault(pool.poolId(), PoolTotals.NONE);
            if (!found.equals(pools.totals(pool.poolId()))) {
                find(
                        name(pool.poolId())
                                + ": its totals say "
                                + pools.totals(pool.poolId())
                                + ", but there is "
                                + found
                                + ".");
            }
        }
        try {
            files.db().verifyChecksum();
        } catch (RocksDBException damaged) {
            find("A table file is damaged: " + damaged.getMessage() + ".");
        }
    }

    private String name(int poolId) {
        return "Pool " + poolId;
    }

    private void verifyBlobs(int poolId) throws RocksDBException {
        long hash = 0;
        String after = "";
        boolean isAtEnd = false;
        while (!isAtEnd) {
            MetaPage page = new MetaWalk(files, poolId).page(hash, after, PAGE);
            if (page.damaged() > 0) {
                find(
                        name(poolId)
                                + ": "
                                + page.damaged()
                                + " damaged records or blocks of records of blobs.");
            }
            for (BlobMeta meta : page.blobs()) {
                verifyBlob(poolId, meta);
                hash = meta.hash();
                after = meta.handle();
            }
            isAtEnd = page.isAtEnd();
        }
    }

    private void verifyBlob(int poolId, BlobMeta meta) throws RocksDBException {
        if (++blobs % BLOBS_BETWEEN_PROGRESS == 0) {
            progress.accept(blobs);
        }
        PoolTotals before = counted.getOrDefault(poolId, PoolTotals.NONE);
        boolean isExpiring = meta.expiresEpochMillis() != BlobMeta.NEVER_EXPIRES;
        counted.put(
                poolId,
                new PoolTotals(
                        before.blobs() + 1,
                        before.logicalBytes() + meta.sizeBytes(),
                        before.storedBytes() + meta.storedBytes(),
                        before.expiringBlobs() + (isExpiring ? 1 : 0)));
        String blob = name(poolId) + ": blob " + meta.handle();
        if (meta.isCorrupted()) {
            find(blob + " was found damaged before, and has lost its content.");
            return;
        }
        if (isExpiring
                && files.db().get(files.expiries(), files.point(), Keys.expiry(poolId, meta))
                        == null) {
            find(blob + " has an end of life that is not listed, so that it would stay.");
        }
        for (int n = 0; n < meta.pieces(); n++) {
            String wrong = verifyPiece(poolId, meta, n);
            if (!wrong.isEmpty()) {
                find(blob + ", piece " + n + " of " + meta.pieces() + " " + wrong);
            }
        }
    }

    /// What is wrong with a piece; empty for nothing.
    private String verifyPiece(int poolId, BlobMeta meta, int n) throws RocksDBException {
        int length;
        try {
            byte[] key = Keys.piece(poolId, meta.sequence(), n);
            length = files.db().get(files.pieceSpace(), files.walk(), key, value);
        } catch (RocksDBException failed) {
            if (JournalReads.isCorruption(failed)) {
                return "is damaged: " + failed.getMessage() + ".";
            }
            throw failed;
        }
        if (length == RocksDB.NOT_FOUND) {
            return "is missing.";
        }
        pieces++;
        int head = 0;
        if (n == 0) {
            PieceOwner owner = new PieceOwner(meta.hash(), meta.handle());
            if (!PieceOwner.of(value, length).equals(java.util.Optional.of(owner))) {
                return "says that it is another blob's.";
            }
            head = PieceOwner.headBytes(value, length);
        }
        System.arraycopy(value, head, content, 0, length - head);
        return verifier.isSound(meta, n, content, length - head)
                ? ""
                : "does not have the content that its hashes say.";
    }

    /// Records of pools that are not defined, a finding a pool.
    private void verifyPools(org.rocksdb.ColumnFamilyHandle space, String what)
            throws RocksDBException {
        try (RocksIterator records = files.db().newIterator(space, files.walk())) {
            records.seekToFirst();
            while (records.isValid()) {
                int poolId = Keys.poolOf(records.key());
                if (!pools.has(poolId)) {
                    find(name(poolId) + " is not defined, but has a record of a " + what + ".");
                }
                records.seek(Keys.pool(poolId + 1));
            }
            if (!JournalReads.isSound(records)) {
                find("A block with a record of a " + what + " is damaged.");
            }
        }
    }

    /// Pieces that belong to no blob: of a pool's walk, in the order of their sequences.
    private void verifyPieces(int poolId) throws RocksDBException {
        long from = 0;
        boolean isAtEnd = false;
        while (!isAtEnd) {
            long last = from;
            try (RocksIterator records = files.db().newIterator(files.pieceSpace(), files.walk())) {
                records.seek(Keys.piece(poolId, from, 0));
                long sequence = -1;
                int ofBlob = 0;
                while (records.isValid() && Keys.isOfPool(records.key(), poolId)) {
                    last = Keys.pieceSequence(records.key());
                    if (last != sequence) {
                        sequence = last;
                        ofBlob = piecesOf(poolId, sequence, records);
                    }
                    if (Keys.pieceNumber(records.key()) >= ofBlob) {
                        find(
                                name(poolId)
                                        + ": piece "
                                        + Keys.pieceNumber(records.key())
                                        + " of sequence "
                                        + sequence
                                        + " belongs to no blob.");
                    }
                    records.next();
                }
                isAtEnd = JournalReads.isSound(records);
            }
            if (!isAtEnd) {
                // The damaged piece itself was found with its blob.
                from = FirstReadable.behind(last, next -> isReadable(poolId, next));
                isAtEnd = from == 0;
            }
        }
    }

    private boolean isReadable(int poolId, long fromSequence) throws RocksDBException {
        try (RocksIterator records = files.db().newIterator(files.pieceSpace(), files.walk())) {
            records.seek(Keys.piece(poolId, fromSequence, 0));
            return records.isValid() || JournalReads.isSound(records);
        }
    }

    /// How many pieces a sequence should have; those of a long write that was interrupted are swept
    /// at the next start.
    private int piecesOf(int poolId, long sequence, RocksIterator first) throws RocksDBException {
        if (intents.contains(sequence)) {
            return Integer.MAX_VALUE;
        }
        int length = first.value(value);
        if (Keys.pieceNumber(first.key()) != 0) {
            return 0;
        }
        java.util.Optional<PieceOwner> owner = PieceOwner.of(value, Math.min(length, value.length));
        if (owner.isEmpty()) {
            return 0;
        }
        byte[] key = Keys.meta(poolId, owner.get().hash(), owner.get().handle());
        try {
            return switch (JournalReads.meta(files, key)) {
                case MetaResult.Found found when found.meta().sequence() == sequence ->
                        found.meta().pieces();
                // Of a damaged record nothing can be said; it is a finding itself.
                case MetaResult.Corrupted ignored -> Integer.MAX_VALUE;
                default -> 0;
            };
        } catch (RocksDBException damaged) {
            return Integer.MAX_VALUE;
        }
    }

    private void verifyEnds(int poolId) throws RocksDBException {
        try (RocksIterator ends = files.db().newIterator(files.expiries(), files.walk())) {
            ends.seek(Keys.pool(poolId));
            while (ends.isValid() && Keys.isOfPool(ends.key(), poolId)) {
                byte[] end = ends.key();
                byte[] key = Keys.meta(poolId, Keys.expiryHash(end), Keys.expiryHandle(end));
                if (!hasEnd(key, end)) {
                    find(
                            name(poolId)
                                    + ": an end of life of blob "
                                    + Keys.expiryHandle(end)
                                    + ", sequence "
                                    + Keys.expirySequence(end)
                                    + ", which has another.");
                }
                ends.next();
            }
            if (!JournalReads.isSound(ends)) {
                find(name(poolId) + ": a block of ends of life is damaged.");
            }
        }
    }

    private boolean hasEnd(byte[] key, byte[] end) {
        try {
            return switch (JournalReads.meta(files, key)) {
                case MetaResult.Found found ->
                        found.meta().sequence() == Keys.expirySequence(end)
                                && found.meta().expiresEpochMillis() == Keys.expiryMillis(end);
                case MetaResult.Missing ignored -> false;
                default -> true;
            };
        } catch (RocksDBException damaged) {
            return true;
        }
    }
}
