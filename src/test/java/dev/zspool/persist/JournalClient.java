package dev.zspool.persist;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Writes and reads a journal as tests do: one after the other, with contents made of a seed.
final class JournalClient {
    private static final long MOST_SECONDS = 60;
    private static final byte[] ROOM = new byte[Journal.MAX_PIECE_BYTES];

    private final Journal journal;
    private final int poolId;
    private long sequence;

    JournalClient(Journal journal, int poolId) {
        this.journal = journal;
        this.poolId = poolId;
        this.sequence = journal.lastSequence();
    }

    static PoolDefinition definition(String name) {
        return new PoolDefinition(
                name, 8, 1L << 40, 64L << 20, 3_600_000, 2, 1, 0x1234_5678_9ABC_DEF0L, false);
    }

    static JournalClient onNewPool(Journal journal, String name) {
        return new JournalClient(journal, journal.createPool(definition(name)).poolId());
    }

    int poolId() {
        return poolId;
    }

    Journal journal() {
        return journal;
    }

    /// Meta of the next blob: its hash is made of its handle.
    BlobMeta meta(String handle, int... pieceSizes) {
        return meta(hash(handle), handle, 0, pieceSizes);
    }

    BlobMeta meta(long hash, String handle, long expiresEpochMillis, int... pieceSizes) {
        long size = 0;
        for (int piece : pieceSizes) {
            size += piece;
        }
        return new BlobMeta(
                hash,
                handle,
                ++sequence,
                2 * size,
                size,
                hash ^ sequence,
                Optional.of("text/plain; charset=utf-8"),
                Optional.empty(),
                1_700_000_000L + sequence,
                expiresEpochMillis,
                3,
                pieceSizes.length,
                false);
    }

    static long hash(String handle) {
        return new Random(handle.hashCode()).nextLong();
    }

    /// Content of a piece: of the sequence and the number, incompressible.
    static byte[] content(long sequence, int piece, int size) {
        byte[] bytes = new byte[size];
        new Random(sequence * 1_000 + piece).nextBytes(bytes);
        return bytes;
    }

    CompletableFuture<WriteOutcome> store(
            BlobMeta meta, Optional<BlobMeta> before, boolean isSynced, int... pieceSizes) {
        JournalWrite.PieceSource source =
                (piece, into) -> {
                    byte[] bytes = content(meta.sequence(), piece, pieceSizes[piece]);
                    System.arraycopy(bytes, 0, into, 0, bytes.length);
                    return bytes.length;
                };
        return write(new JournalWrite.Store(poolId, meta, source, before, isSynced));
    }

    CompletableFuture<WriteOutcome> write(JournalWrite write) {
        CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
        journal.write(
                write,
                then -> {
                    if (!outcome.complete(then)) {
                        throw new AssertionError("a second outcome");
                    }
                });
        return outcome;
    }

    /// Stores a new blob, durably.
    @CanIgnoreReturnValue
    BlobMeta put(String handle, int... pieceSizes) {
        BlobMeta meta = meta(handle, pieceSizes);
        expect(WriteOutcome.DURABLE, store(meta, Optional.empty(), true, pieceSizes));
        return meta;
    }

    @CanIgnoreReturnValue
    BlobMeta replace(BlobMeta before, int... pieceSizes) {
        BlobMeta meta = meta(before.hash(), before.handle(), 0, pieceSizes);
        expect(WriteOutcome.DURABLE, store(meta, Optional.of(before), true, pieceSizes));
        return meta;
    }

    void remove(BlobMeta before) {
        expect(WriteOutcome.DURABLE, write(new JournalWrite.Remove(poolId, before, true)));
    }

    static void expect(WriteOutcome expected, CompletableFuture<WriteOutcome> outcome) {
        WriteOutcome actual = await(outcome);
        if (actual != expected) {
            throw new AssertionError("expected " + expected + ", but it is " + actual);
        }
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (Exception late) {
            throw new AssertionError("no outcome", late);
        }
    }

    MetaResult read(String handle) {
        return journal.readMeta(poolId, hash(handle), handle);
    }

    /// Sees that a blob is there as it was written, with all its pieces.
    void expectStored(BlobMeta meta, int... pieceSizes) {
        MetaResult read = journal.readMeta(poolId, meta.hash(), meta.handle());
        if (!read.equals(new MetaResult.Found(meta))) {
            throw new AssertionError(meta + " is " + read);
        }
        for (int piece = 0; piece < pieceSizes.length; piece++) {
            byte[] expected = content(meta.sequence(), piece, pieceSizes[piece]);
            byte[] actual = readPiece(meta.sequence(), piece);
            if (!java.util.Arrays.equals(expected, actual)) {
                throw new AssertionError("piece " + piece + " of " + meta + " is another");
            }
        }
    }

    /// Sees that no piece of a blob is left.
    void expectNoPieces(BlobMeta meta) {
        for (int piece = 0; piece < meta.pieces(); piece++) {
            int length = journal.readPiece(poolId, meta.sequence(), piece, ROOM);
            if (length != Journal.MISSING) {
                throw new AssertionError("piece " + piece + " of " + meta + " reads " + length);
            }
        }
    }

    byte @Nullable [] readPiece(long ofSequence, int piece) {
        byte[] into = new byte[Journal.MAX_PIECE_BYTES];
        int length = journal.readPiece(poolId, ofSequence, piece, into);
        return length < 0 ? null : java.util.Arrays.copyOf(into, length);
    }

    /// All handles, listed in steps.
    List<String> list(int step) {
        List<String> handles = new ArrayList<>();
        long hash = 0;
        String after = "";
        boolean isAtEnd = false;
        while (!isAtEnd) {
            MetaPage page = journal.list(poolId, hash, after, step);
            for (BlobMeta blob : page.blobs()) {
                handles.add(blob.handle());
                hash = blob.hash();
                after = blob.handle();
            }
            isAtEnd = page.isAtEnd();
        }
        return handles;
    }
}
