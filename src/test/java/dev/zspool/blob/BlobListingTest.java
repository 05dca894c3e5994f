package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.zsmalloc.ZsPool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Lists of a pool that nobody changes meanwhile.
class BlobListingTest {
    private static final int BLOBS = 1_500;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private final BlobRig rig = rigs.small();

    private static long hashOf(String handle) {
        return BlobRigs.NAMES.of(handle).hash();
    }

    private Map<String, BlobInfo> fill(int blobs) {
        Map<String, BlobInfo> stored =
                new TreeMap<>(
                        Comparator.<String>comparingLong(handle -> hashOf(handle) ^ Long.MIN_VALUE)
                                .thenComparing(handle -> handle));
        for (int i = 0; i < blobs; i++) {
            String handle = "blob-" + i;
            stored.put(handle, rig.store(handle, BlobContent.RANDOM.of(i % 40, i)));
        }
        return stored;
    }

    private static List<BlobInfo> rest(BlobListing listing, int limit) {
        List<BlobInfo> all = new ArrayList<>();
        while (!listing.isAtEnd()) {
            List<BlobInfo> some = listing.next(limit);
            assertTrue(some.size() <= limit && some.size() <= IndexSegment.CAPACITY);
            all.addAll(some);
        }
        assertEquals(List.of(), listing.next(limit), "the end stays the end");
        return all;
    }

    private List<BlobInfo> list(Optional<String> after) {
        return rest(rig.pool().list(after), Integer.MAX_VALUE);
    }

    @Test
    @DisplayName("every blob once, in order, whatever the size of the parts")
    void everyBlob() {
        Map<String, BlobInfo> stored = fill(BLOBS);
        assertTrue(rig.pool().index.frames() > 2);
        for (int limit : new int[] {1, 2, 7, 100, 503, 504, 100_000}) {
            List<BlobInfo> all = rest(rig.pool().list(Optional.empty()), limit);
            assertEquals(List.copyOf(stored.values()), all, "parts of " + limit);
        }
    }

    @Test
    @DisplayName("an empty pool has none")
    void empty() {
        assertEquals(List.of(), list(Optional.empty()));
        assertEquals(List.of(), list(Optional.of("any")));
    }

    @Test
    @DisplayName("behind any handle, also one that never was or is deleted")
    void after() {
        Map<String, BlobInfo> stored = fill(300);
        List<String> handles = List.copyOf(stored.keySet());
        for (int i = 0; i < handles.size(); i += 7) {
            List<BlobInfo> expected = List.copyOf(stored.values()).subList(i + 1, handles.size());
            assertEquals(expected, list(Optional.of(handles.get(i))));
            rig.delete(handles.get(i));
            assertEquals(expected, list(Optional.of(handles.get(i))), "deleted");
            rig.store(handles.get(i), new byte[0]);
        }
        long never = hashOf("never");
        long expected =
                handles.stream()
                        .filter(handle -> Long.compareUnsigned(hashOf(handle), never) > 0)
                        .count();
        assertEquals(expected, list(Optional.of("never")).size());
    }

    @Test
    @DisplayName("what cannot be a handle or a number of blobs")
    void badArguments() {
        assertThrows(
                IllegalArgumentException.class, () -> rig.pool().list(Optional.of("no handle")));
        BlobListing listing = rig.pool().list(Optional.empty());
        assertThrows(IllegalArgumentException.class, () -> listing.next(0));
    }

    @Test
    @DisplayName("a damaged blob is left out and counted, once a walk")
    void damaged() {
        Map<String, BlobInfo> stored = fill(400);
        rigs.isDamaged(rig);
        byte[] garbage = new byte[60];
        Set<String> broken = new HashSet<>();
        for (String handle : stored.keySet()) {
            if (handle.endsWith("7")) {
                lead(handle, rig.objects().allocate(garbage, 0, garbage.length));
                broken.add(handle);
            } else if (handle.endsWith("8")) {
                lead(handle, 9_999_999);
                broken.add(handle);
            } else if (handle.endsWith("9")) {
                lead(handle, rootOf("blob-0"));
                broken.add(handle);
            }
        }
        broken.forEach(stored::remove);
        long walks = 0;
        for (int limit : new int[] {1, 3, 1_000}) {
            List<BlobInfo> listed = rest(rig.pool().list(Optional.empty()), limit);
            assertEquals(List.copyOf(stored.values()), listed);
            walks++;
            assertEquals(walks * broken.size(), rig.pool().stats().corruptedReads());
        }
    }

    private long rootOf(String handle) {
        BlobName name = BlobRigs.NAMES.of(handle);
        return rig.pool().index.find(name.hash(), new RootProbe(rig.objects(), name.characters()));
    }

    private void lead(String handle, long root) {
        BlobName name = BlobRigs.NAMES.of(handle);
        RootProbe probe = new RootProbe(rig.objects(), name.characters());
        assertTrue(rig.pool().index.put(name.hash(), root, probe) > 0);
    }

    /// The blobs of the pool once more, in an index for which their handles have other hashes.
    private BlobIndex indexWith(Iterable<String> handles, ToLongFunction<String> weakHash) {
        BlobIndex index = new BlobIndex(rig.arena());
        for (String handle : handles) {
            BlobName name = BlobRigs.NAMES.of(handle);
            RootProbe probe = new RootProbe(rig.objects(), name.characters());
            long hash = weakHash.applyAsLong(handle);
            assertEquals(BlobIndex.NONE, index.put(hash, rootOf(handle), probe));
        }
        return index;
    }

    private BlobListing weakListing(
            BlobIndex index, ToLongFunction<String> hash, Optional<String> after) {
        ZsPool objects = rig.objects();
        BlobParts parts = BlobParts.of(objects, BlobRigs.compressor());
        BlobCounters counters = new BlobCounters();
        StoredRoots roots = new StoredRoots(parts, counters, rigs.clock);
        return new MemoryListing(parts, index, counters, roots, hash, after);
    }

    @Test
    @DisplayName("handles with the same hash, or the same half of it, are in the order of handles")
    void collisions() {
        Set<String> handles = fill(600).keySet();
        ToLongFunction<String> weakHash =
                handle -> {
                    long number = hashOf(handle) >>> 8;
                    // Few upper halves, and with each of them few lower ones.
                    return number % 40 * 0x0666_6666_0000_0000L | number % 3;
                };
        BlobIndex index = indexWith(handles, weakHash);
        List<String> expected =
                handles.stream()
                        .sorted(
                                Comparator.<String>comparingLong(handle ->
                                                weakHash.applyAsLong(handle) ^ Long.MIN_VALUE)
                                        .thenComparing(handle -> handle))
                        .toList();
        assertTrue(expected.stream().mapToLong(weakHash).distinct().count() < 200);
        for (int limit : new int[] {1, 2, 5, 1_000}) {
            BlobListing listing = weakListing(index, weakHash, Optional.empty());
            assertEquals(expected, names(rest(listing, limit)), "parts of " + limit);
        }
        IntStream.range(0, expected.size())
                .forEach(i -> {
                    BlobListing listing =
                            weakListing(index, weakHash, Optional.of(expected.get(i)));
                    assertEquals(expected.subList(i + 1, expected.size()), names(rest(listing, 3)));
                });
        index.close();
    }

    private static List<String> names(List<BlobInfo> blobs) {
        return blobs.stream().map(BlobInfo::handle).toList();
    }
}
