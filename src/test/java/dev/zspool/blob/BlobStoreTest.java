package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.MappedPages;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.FaultyPages;
import dev.zspool.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Pools that come and go, where memory or address space is refused.
class BlobStoreTest {
    private static final int ALL = Integer.MAX_VALUE;
    private static final int PAGES = 2048;

    @RegisterExtension final Engines engines = new Engines();

    private final FaultyPages pages = new FaultyPages(new MappedPages());
    private final TestClock clock = new TestClock(Instant.EPOCH);
    private PageArena arena = arena(pages);
    private BlobStore store = store(arena);

    private PageArena arena(FaultyPages source) {
        return engines.arena(source, new ArenaOptions(8 * BlobRigs.MIB, PAGES, 64));
    }

    private BlobStore store(PageArena arena) {
        return new BlobStore(
                new BlobHost(
                        arena,
                        BlobRigs.compressor(),
                        BlobRigs.INLINE,
                        clock,
                        new Random(1),
                        4 * BlobRigs.MIB),
                10);
    }

    private void closeAll() {
        store.close();
        assertTrue(arena.budget().chargeTablePages(PAGES), "something is charged still");
        arena.budget().dischargeTablePages(PAGES);
    }

    private static BlobPoolOptions options(String name, FullPolicy full) {
        return new BlobPoolOptions(
                name, 8, BlobRigs.MIB, BlobRigs.MIB, BlobInfo.NEVER_EXPIRES, Durability.NONE, full);
    }

    private BlobPool make(String name, FullPolicy full) {
        assertEquals(BlobStore.PutOutcome.CREATED, store.put(options(name, full)));
        return store.pool(name).orElseThrow();
    }

    private static PutResult put(BlobPool pool, String handle, long ttlMillis) {
        byte[] content = BlobContent.TEXT.of(5_000, 1);
        WriteRequest request = WriteRequest.of(handle, BlobAttributes.NONE, content.length);
        return TestUpload.run(pool.beginWrite(request.livingFor(ttlMillis)), content, ALL);
    }

    @Test
    @DisplayName("a pool whose blobs are all dead is empty, also before they are swept")
    void deadIsEmpty() {
        BlobPool pool = make("p", FullPolicy.REJECT);
        assertInstanceOf(PutResult.Stored.class, put(pool, "dead", 1_500));
        assertInstanceOf(PutResult.Stored.class, put(pool, "alive", 60_000));
        clock.advance(Duration.ofMillis(1_600));
        assertEquals(2, pool.stats().blobs(), "its second is not over");
        assertEquals(BlobStore.RemoveOutcome.NOT_EMPTY, store.remove("p", false));
        assertInstanceOf(OpenResult.Found.class, pool.open("alive"));
        assertInstanceOf(PutResult.Stored.class, put(pool, "alive", 1_100));
        clock.advance(Duration.ofMillis(1_200));
        assertEquals(BlobStore.RemoveOutcome.REMOVED, store.remove("p", false));
        closeAll();
    }

    @Test
    @DisplayName("no address space for a pool, its marks or its ends: refused, and nothing is kept")
    void noAddressSpace() {
        int faults = 0;
        for (int nth = 1; nth <= 12; nth++) {
            FaultyPages faulty = new FaultyPages(new MappedPages());
            arena = arena(faulty);
            store = store(arena);
            faulty.failReserve(nth);
            if (store.put(options("p", FullPolicy.EVICT)) == BlobStore.PutOutcome.CREATED) {
                BlobPool pool = store.pool("p").orElseThrow();
                PutResult first = put(pool, "h", 1_000);
                assertTrue(
                        first instanceof PutResult.Stored
                                || first instanceof PutResult.OutOfMemory);
                assertInstanceOf(PutResult.Stored.class, put(pool, "h", 1_000), "number " + nth);
                assertEquals(List.of(), pool.check());
            }
            faults += faulty.firedFaults();
            closeAll();
        }
        assertEquals(5, faults, "three tables of a pool, its marks and its ends");
    }

    @Test
    @DisplayName("a pool that cannot be closed does not keep the others from it")
    void oneCannotBeClosed() {
        BlobPool broken = make("a", FullPolicy.REJECT);
        BlobPool other = make("b", FullPolicy.REJECT);
        put(broken, "h", 0);
        put(other, "h", 0);
        int insideBroken = broken.published.gate().enter();
        int insideOther = other.published.gate().enter();
        store.remove("a", true);
        store.remove("b", true);
        assertEquals(2, store.closeLeaving());
        int[] frames = broken.index.directory().frames();
        arena.release(frames, frames.length);
        broken.published.gate().exit(insideBroken);
        other.published.gate().exit(insideOther);
        assertThrows(IllegalArgumentException.class, store::closeLeaving);
        assertTrue(other.objects().stats().allocatedPages() > 0);
        assertEquals(0, store.closeLeaving());
        assertEquals(0, other.objects().stats().allocatedPages());
        broken.objects().close();
        closeAll();
    }

    @Test
    @DisplayName(
            "readers, writers and listings of a pool that is gone do not see the next of its name")
    void sameNameAgain() {
        BlobPool old = make("p", FullPolicy.REJECT);
        put(old, "h", 0);
        BlobReader reader = assertInstanceOf(OpenResult.Found.class, old.open("h")).reader();
        BlobListing listing = old.list(Optional.empty());
        TestUpload half =
                new TestUpload(old.beginWrite("half", BlobAttributes.NONE, BlobRig.NOT_DECLARED));
        assertTrue(half.begin());
        assertTrue(half.send(new byte[100_000], 0, 100_000, ALL));
        assertEquals(BlobStore.RemoveOutcome.NOT_EMPTY, store.remove("p", false));
        assertEquals(BlobStore.RemoveOutcome.REMOVED, store.remove("p", true));
        assertEquals(0, store.closeLeaving());
        BlobPool next = make("p", FullPolicy.REJECT);
        put(next, "h", 0);
        assertEquals(ReadOutcome.REPLACED, reader.readBlock(0, new byte[1 << 16], 0));
        assertTrue(listing.next(10).isEmpty() && listing.isAtEnd());
        assertInstanceOf(PutResult.PoolGone.class, half.commit());
        assertInstanceOf(PutResult.PoolGone.class, put(old, "x", 0));
        assertInstanceOf(OpenResult.Missing.class, old.open("h"));
        assertEquals(1, next.stats().blobs());
        assertEquals(List.of(), next.check());
        closeAll();
    }
}
