package dev.zspool.crash;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalException;
import dev.zspool.persist.JournalWrite;
import dev.zspool.persist.MetaPage;
import dev.zspool.persist.MetaResult;
import dev.zspool.persist.PoolDefinition;
import dev.zspool.persist.StoredPool;
import dev.zspool.persist.WriteOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A small journal whose whole content is known: pools that are there, changed or gone, and blobs
/// of one and of several pieces that are there, replaced or gone. Always the same.
final class FlipData {
    private static final int[] PIECE_BYTES = {5, 300, 2_000, 9_000, 70_000};
    private static final int BLOBS = 12;
    private static final long ENDS_MILLIS = 1L << 42;
    private static final int PATIENCE_SECONDS = 60;

    private final Map<String, PoolDefinition> pools = new LinkedHashMap<>();
    private final Map<String, Integer> poolIds = new LinkedHashMap<>();

    /// Of each blob under (pool id, handle), what it must be; nothing for one that was removed.
    private final Map<String, Optional<BlobMeta>> blobs = new LinkedHashMap<>();

    /// What blobs were before they were replaced or removed.
    private final List<BlobMeta> dead = new ArrayList<>();

    private long sequence;

    /// Writes everything, synced, and remembers it.
    static FlipData write(Journal journal) {
        FlipData data = new FlipData();
        for (String name : List.of("first", "second", "third", "gone")) {
            PoolDefinition definition = definition(name, 1 << 20);
            data.poolIds.put(name, journal.createPool(definition).poolId());
            data.pools.put(name, definition);
        }
        for (String name : List.of("first", "second", "gone")) {
            for (int i = 0; i < BLOBS; i++) {
                data.store(journal, name, i, Optional.empty());
            }
        }
        PoolDefinition changed = definition("second", 1 << 21);
        journal.changePool(data.id("second"), changed);
        data.pools.put("second", changed);
        journal.removePool(data.id("gone"));
        data.blobs.keySet().removeIf(key -> key.startsWith("gone/"));
        data.pools.remove("gone");
        for (int i = 0; i < BLOBS; i++) {
            BlobMeta before =
                    data.blobs.getOrDefault("first/" + handle(i), Optional.empty()).orElseThrow();
            if (i % 3 == 1) {
                data.store(journal, "first", i, Optional.of(before));
            } else if (i % 3 == 2) {
                data.dead.add(before);
                data.submit(journal, new JournalWrite.Remove(data.id("first"), before, true));
                data.blobs.put("first/" + before.handle(), Optional.empty());
            }
        }
        return data;
    }

    private static PoolDefinition definition(String name, long limitBytes) {
        return new PoolDefinition(
                name, 8, limitBytes, 64L << 20, 0, 2, 0, 0x5EED_0000L + name.hashCode(), false);
    }

    private int id(String pool) {
        return poolIds.getOrDefault(pool, -1);
    }

    private static String handle(int number) {
        return "handle-" + number;
    }

    private void store(Journal journal, String pool, int number, Optional<BlobMeta> before) {
        int pieces = number % 4 == 3 ? 3 : 1;
        long size = 0;
        for (int piece = 0; piece < pieces; piece++) {
            size += pieceBytes(sequence + 1, piece);
        }
        String handle = handle(number);
        BlobMeta meta =
                new BlobMeta(
                        handle.hashCode() * 0x9E3779B97F4A7C15L,
                        handle,
                        ++sequence,
                        size * 2,
                        size,
                        sequence * 31,
                        Optional.of("text/plain"),
                        Optional.empty(),
                        1_700_000_000L + sequence,
                        number % 5 == 4 ? ENDS_MILLIS : BlobMeta.NEVER_EXPIRES,
                        3,
                        pieces,
                        false);
        before.ifPresent(dead::add);
        submit(
                journal,
                new JournalWrite.Store(
                        id(pool),
                        meta,
                        (piece, into) -> {
                            byte[] bytes = piece(meta.sequence(), piece);
                            System.arraycopy(bytes, 0, into, 0, bytes.length);
                            return bytes.length;
                        },
                        before,
                        true));
        blobs.put(pool + "/" + handle, Optional.of(meta));
    }

    private void submit(Journal journal, JournalWrite write) {
        CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
        journal.write(write, outcome::complete);
        try {
            if (outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS) != WriteOutcome.DURABLE) {
                throw new IllegalStateException(write + " is " + outcome);
            }
        } catch (Exception late) {
            throw new IllegalStateException(late);
        }
    }

    private static int pieceBytes(long sequence, int piece) {
        return PIECE_BYTES[(int) ((sequence + piece) % PIECE_BYTES.length)];
    }

    private static byte[] piece(long sequence, int piece) {
        byte[] bytes = new byte[pieceBytes(sequence, piece)];
        new SplittableRandom(sequence * 1000 + piece).nextBytes(bytes);
        return bytes;
    }

    /// Reads everything there is, in every way there is.
    FlipFindings look(Journal journal) {
        FlipFindings findings = new FlipFindings();
        lookAtPools(journal, findings);
        blobs.forEach((key, meta) -> {
            String pool = key.substring(0, key.indexOf('/'));
            lookAtBlob(journal, pool, key, meta, findings);
        });
        for (String pool : pools.keySet()) {
            try {
                lookAtList(journal, pool, findings);
            } catch (JournalException said) {
                findings.detected();
            }
        }
        return findings;
    }

    private void lookAtPools(Journal journal, FlipFindings findings) {
        Map<String, PoolDefinition> left = new LinkedHashMap<>(pools);
        for (StoredPool pool : journal.pools()) {
            PoolDefinition expected = left.remove(pool.definition().name());
            if (!pool.definition().equals(expected)) {
                findings.silent(pool + " instead of " + expected);
            }
        }
        left.keySet().forEach(name -> findings.silent("pool " + name + " is gone"));
    }

    private void lookAtBlob(
            Journal journal,
            String pool,
            String key,
            Optional<BlobMeta> expected,
            FlipFindings findings) {
        String handle = key.substring(key.indexOf('/') + 1);
        long hash = handle.hashCode() * 0x9E3779B97F4A7C15L;
        switch (journal.readMeta(id(pool), hash, handle)) {
            case MetaResult.Missing none ->
                    expected.ifPresent(meta -> findings.silent(key + " is gone"));
            case MetaResult.Corrupted said -> findings.detected();
            case MetaResult.Unreadable said -> findings.detected();
            case MetaResult.Found(BlobMeta found) -> {
                if (found.isCorrupted()) {
                    findings.detected();
                } else if (expected.filter(found::equals).isEmpty()) {
                    findings.silent(key + " is " + found + " instead of " + expected);
                } else {
                    lookAtPieces(journal, pool, found, findings);
                }
            }
        }
    }

    private void lookAtPieces(Journal journal, String pool, BlobMeta meta, FlipFindings findings) {
        byte[] into = new byte[Journal.MAX_PIECE_BYTES];
        for (int piece = 0; piece < meta.pieces(); piece++) {
            int length = journal.readPiece(id(pool), meta.sequence(), piece, into);
            byte[] expected = piece(meta.sequence(), piece);
            if (length < 0) {
                // A piece that is missing is as good as said: its meta record is there.
                findings.detected();
            } else if (!Arrays.equals(into, 0, length, expected, 0, expected.length)) {
                findings.silent(pool + "/" + meta.handle() + " has other bytes in piece " + piece);
            }
        }
    }

    private void lookAtList(Journal journal, String pool, FlipFindings findings) {
        List<String> listed = new ArrayList<>();
        int damaged = 0;
        long hash = 0;
        String after = "";
        for (boolean isAtEnd = false; !isAtEnd; ) {
            MetaPage page = journal.list(id(pool), hash, after, 5);
            page.blobs().forEach(blob -> listed.add(blob.handle()));
            damaged += page.damaged();
            isAtEnd = page.isAtEnd() || page.blobs().isEmpty();
            if (!page.blobs().isEmpty()) {
                hash = page.blobs().getLast().hash();
                after = page.blobs().getLast().handle();
            }
        }
        findings.detected(damaged);
        List<String> expected = new ArrayList<>();
        blobs.forEach((key, meta) -> {
            if (key.startsWith(pool + "/") && meta.isPresent()) {
                expected.add(meta.get().handle());
            }
        });
        List<String> missing = new ArrayList<>(expected);
        missing.removeAll(listed);
        listed.removeAll(expected);
        // One block that is damaged may have held any number of them.
        if (!missing.isEmpty() && damaged == 0) {
            findings.silent("the list of " + pool + " lacks " + missing);
        }
        if (!listed.isEmpty()) {
            findings.silent("the list of " + pool + " has " + listed);
        }
        long newest = journal.newest(id(pool), Long.MAX_VALUE, 100).size();
        if (newest < expected.size() && damaged == 0) {
            findings.silent("the newest of " + pool + " are " + newest);
        }
        long blobsCounted = journal.totals(id(pool)).blobs();
        if (blobsCounted != expected.size() && !findings.isDetected()) {
            findings.silent(pool + " counts " + blobsCounted + " of " + expected.size());
        }
    }
}
