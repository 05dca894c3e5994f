package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.ZsPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One pool of blobs and what tests do with it.
final class BlobRig {
    static final long NOT_DECLARED = -1;

    private static final int ALL_AT_ONCE = Integer.MAX_VALUE;

    private final PageArena arena;
    private final BlobPool pool;

    BlobRig(PageArena arena, BlobPool pool) {
        this.arena = arena;
        this.pool = pool;
    }

    PageArena arena() {
        return arena;
    }

    BlobPool pool() {
        return pool;
    }

    ZsPool objects() {
        return pool.objects();
    }

    /// Stores content whose length is declared, in one go.
    @CanIgnoreReturnValue
    PutResult put(String handle, byte[] content) {
        return put(handle, content, content.length);
    }

    @CanIgnoreReturnValue
    PutResult put(String handle, byte[] content, long declaredBytes) {
        BlobWrite write = pool.beginWrite(handle, BlobAttributes.NONE, declaredBytes);
        return TestUpload.run(write, content, ALL_AT_ONCE);
    }

    /// Stores content and expects that this works.
    @CanIgnoreReturnValue
    BlobInfo store(String handle, byte[] content) {
        return stored(put(handle, content));
    }

    static BlobInfo stored(PutResult result) {
        return assertInstanceOf(PutResult.Stored.class, result).info();
    }

    BlobReader reader(String handle) {
        return assertInstanceOf(OpenResult.Found.class, pool.open(handle)).reader();
    }

    /// A blob's bytes, verified block by block; null when there is no such blob.
    byte @Nullable [] get(String handle) {
        OpenResult opened = pool.open(handle);
        return switch (opened instanceof OpenResult.NotInMemory ? pool.fetch(handle) : opened) {
            case OpenResult.Found found -> content(found.reader());
            case OpenResult.Missing() -> null;
            case OpenResult other -> throw new AssertionError(handle + " is " + other);
        };
    }

    /// As {@link #get}, where the blob may be replaced or deleted while it is read: then null, too.
    byte @Nullable [] getIfStays(String handle) {
        if (!(pool.open(handle) instanceof OpenResult.Found found)) {
            return null;
        }
        BlobReader reader = found.reader();
        byte[] bytes = new byte[Math.toIntExact(reader.info().sizeBytes())];
        for (int block = 0; block < reader.blocks(); block++) {
            ReadOutcome outcome = read(reader, block, bytes, block * Blocks.BLOCK_BYTES);
            if (outcome == ReadOutcome.REPLACED) {
                return null;
            }
            assertEquals(ReadOutcome.OK, outcome, "block " + block);
        }
        return bytes;
    }

    static byte[] content(BlobReader reader) {
        byte[] bytes = new byte[Math.toIntExact(reader.info().sizeBytes())];
        for (int block = 0; block < reader.blocks(); block++) {
            int offset = block * Blocks.BLOCK_BYTES;
            assertEquals(ReadOutcome.OK, read(reader, block, bytes, offset), "block " + block);
        }
        return bytes;
    }

    /// Reads a block, from the journal when it has left memory.
    static ReadOutcome read(BlobReader reader, int block, byte[] bytes, int offset) {
        ReadOutcome outcome = reader.readBlock(block, bytes, offset);
        return outcome == ReadOutcome.EVICTED ? reader.readBlock(block, bytes, offset) : outcome;
    }

    void assertHolds(String handle, byte[] expected) {
        byte[] now = get(handle);
        assertNotNull(now, handle + " is missing");
        int differs = Arrays.mismatch(expected, now);
        assertEquals(-1, differs, handle + ": first difference");
    }

    @CanIgnoreReturnValue
    DeleteOutcome delete(String handle) {
        List<DeleteOutcome> answers = new ArrayList<>();
        pool.delete(handle, WriteCondition.ALWAYS, answers::add);
        assertEquals(1, answers.size(), "answers of one delete");
        return answers.getFirst();
    }

    long liveObjects() {
        return pool.stats().objects();
    }

    /// Nothing is left of any blob.
    void assertEmpty() {
        BlobPoolStats stats = pool.stats();
        assertEquals(0, stats.objects(), "objects");
        assertEquals(0, stats.poolBytes(), "pool bytes");
        assertEquals(0, stats.blobs(), "blobs");
        assertEquals(0, stats.logicalBytes(), "logical bytes");
        assertEquals(0, stats.storedBytes(), "stored bytes");
        assertEquals(0, stats.filledBlobs(), "filled blobs");
        assertEquals(0, stats.rawBlobs(), "raw blobs");
        assertEquals(1, stats.indexPages(), "pages of the index");
        assertEquals(0, pool.host().bodyBytes(), "heap of bodies under way");
        assertSound();
    }

    void assertSound() {
        List<String> violations = pool.check();
        assertTrue(violations.isEmpty(), () -> "not sound:\n  " + String.join("\n  ", violations));
    }
}
