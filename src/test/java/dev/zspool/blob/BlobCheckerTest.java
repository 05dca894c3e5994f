package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.Frames;
import dev.zspool.testkit.BreaksInvariant;
import dev.zspool.zsmalloc.FreeOutcome;
import dev.zspool.zsmalloc.ZsPool;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Breaks what the blobs' checker looks at, one thing at a time, and sees it say so.
class BlobCheckerTest {
    private static final int MIB = 1 << 20;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private final BlobRig rig = rigs.small();

    @BeforeEach
    void fill() {
        rig.store("inline", BlobContent.TEXT.of(500, 1));
        rig.store("filled", BlobContent.ONE_WORD.of(5_000, 1));
        rig.store("raw", BlobContent.RANDOM.of(5_000, 1));
        rig.store("branched", BlobContent.RANDOM.of(2 * MIB + 1, 1));
        rig.assertSound();
    }

    private void expectOnly(String invariant) {
        List<String> violations = rig.pool().check();
        assertTrue(!violations.isEmpty(), "nothing found");
        assertTrue(
                violations.stream().allMatch(text -> text.startsWith(invariant + " ")),
                violations::toString);
    }

    /// The handle of the root in the index that is a blob's.
    private long root(String handle) {
        byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];
        byte[] name = new BlobName(handle, 0).characters();
        for (long entry : rig.pool().index.allEntries()) {
            long root = IndexSegment.handle(entry);
            rig.objects().read(root, object, 0);
            if (RootView.isNamed(object, name, name.length)) {
                return root;
            }
        }
        throw new AssertionError("no root of " + handle);
    }

    /// The place in the arena's words of the index' entry that leads to a root.
    private long entryOf(long root) {
        int frame = IndexDirectory.frame(rig.pool().index.directory().get(0));
        long at = Frames.address(frame) / Long.BYTES + IndexSegment.ENTRIES_PER_BUCKET;
        while (IndexSegment.handle(rig.arena().words().getAcquire(at)) != root) {
            at++;
        }
        return at;
    }

    private void set(long wordIndex, long word) {
        rig.arena().words().setRelease(wordIndex, word);
    }

    @Test
    @BreaksInvariant("I-15")
    @DisplayName("I-15: an entry that leads to a chunk, to nothing, or to another blob's root")
    void entries() {
        long inline = root("inline");
        long raw = root("raw");
        long at = entryOf(inline);
        long entry = rig.arena().words().getAcquire(at);
        for (long wrong : new long[] {raw, raw - 1, 100_000}) {
            assertNotEquals(inline, wrong);
            set(at, IndexSegment.entry(IndexSegment.tag(entry), wrong));
            List<String> violations = rig.pool().check();
            assertTrue(violations.getFirst().startsWith("I-15 "), violations::toString);
            set(at, entry);
        }
    }

    @Test
    @BreaksInvariant("I-15")
    @DisplayName("I-15: a second entry of the same root")
    void twoEntries() {
        long inline = root("inline");
        long hash = BlobRigs.NAMES.of("inline").hash();
        BlobIndex index = rig.pool().index;
        BlobIndex.Probe nobody =
                new BlobIndex.Probe() {
                    @Override
                    public boolean isMatch(long rootHandle) {
                        return false;
                    }

                    @Override
                    public boolean isSound() {
                        return true;
                    }
                };
        assertEquals(BlobIndex.NONE, index.put(hash ^ 1L << 32, inline, nobody));
        List<String> violations = rig.pool().check();
        assertTrue(violations.getFirst().startsWith("I-15 "), violations::toString);
        long at = entryOf(inline);
        long first = rig.arena().words().getAcquire(at);
        long second = IndexSegment.entry((int) ((hash ^ 1L << 32) >>> 32), inline);
        if (first != second) {
            do {
                at++;
            } while (rig.arena().words().getAcquire(at) != second);
        }
        set(at, 0);
        index.corruptCounts(-1, 0);
        long header = Frames.address(IndexDirectory.frame(index.directory().get(0))) / Long.BYTES;
        set(header, rig.arena().words().getAcquire(header) - 1);
    }

    @Test
    @BreaksInvariant("I-16")
    @DisplayName("I-16: an object of nobody")
    void leak() {
        long leaked = rig.objects().allocate(new byte[50], 0, 50);
        expectOnly("I-16");
        assertEquals(FreeOutcome.FREED, rig.objects().free(leaked));
    }

    @Test
    @BreaksInvariant("I-16")
    @DisplayName("I-16: a chunk, or a branch, that is gone or belongs to another blob")
    void missingObjects() {
        byte[] rootBytes = new byte[ZsPool.MAX_OBJECT_BYTES];
        for (String handle : List.of("raw", "branched")) {
            rig.objects().read(root(handle), rootBytes, 0);
            RootView view = new RootView(new AttributeTable());
            view.parse(rootBytes);
            int skip = view.kind() == RootKind.DIRECT ? 12 : 0;
            long object = ObjectLayout.handleAt(rootBytes, view.kindOffset() + skip);
            assertEquals(FreeOutcome.FREED, rig.objects().free(object));
            expectOnly("I-16");
            rig.store("other-" + handle, BlobContent.RANDOM.of(5_000, 2));
            expectOnly("I-16");
        }
        rigs.isDamaged(rig);
    }

    @Test
    @BreaksInvariant("I-17")
    @DisplayName("I-17: every counter")
    void counters() {
        BlobCounters counters = rig.pool().counters;
        for (LongAdder counter :
                List.of(
                        counters.logicalBytes,
                        counters.storedBytes,
                        counters.filledBlobs,
                        counters.rawBlobs)) {
            counter.increment();
            expectOnly("I-17");
            counter.decrement();
        }
    }

    @Test
    @BreaksInvariant("I-14")
    @DisplayName("the index and the pool below are checked too")
    void wired() {
        rig.pool().index.corruptCounts(1, 0);
        expectOnly("I-14");
        rig.pool().index.corruptCounts(-1, 0);
    }
}
