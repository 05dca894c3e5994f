package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.BreaksInvariant;
import dev.zspool.testkit.Engines;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Breaks what the index' checker looks at, one thing at a time, and sees it say so.
class IndexCheckerTest {
    private static final int KEYS = 3_000;

    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena = engines.heapArena(4 * BlobRigs.MIB);
    private final BlobIndex index = new BlobIndex(arena);

    @BeforeEach
    void fill() {
        SplittableRandom random = new SplittableRandom(1);
        FakeRoots roots = new FakeRoots(KEYS + 1);
        for (int key = 1; key <= KEYS; key++) {
            roots.set(key, key);
            index.put(random.nextLong(), key, roots.probe(key));
        }
        assertEquals(List.of(), index.check());
        assertTrue(index.directory().depth() >= 3);
    }

    @AfterEach
    void close() {
        assertEquals(List.of(), index.check(), "put back");
        index.close();
    }

    private void expect(String invariant, Runnable corrupt, Runnable restore) {
        corrupt.run();
        List<String> violations = index.check();
        assertTrue(!violations.isEmpty(), "nothing found");
        assertTrue(
                violations.stream().allMatch(text -> text.startsWith(invariant + " ")),
                violations::toString);
        List<String> live = segmentBySegment();
        assertTrue(
                live.stream().allMatch(text -> text.startsWith(invariant + " ")), live::toString);
        // Totals are not looked at where others may write.
        assertEquals(invariant.equals("I-14"), live.isEmpty(), live::toString);
        restore.run();
    }

    private List<String> segmentBySegment() {
        List<String> violations = new ArrayList<>();
        long hash = 0;
        int steps = 0;
        do {
            hash = index.checkSegment(hash, violations);
            steps++;
            assertTrue(steps <= index.directory().size(), "goes in circles");
        } while (hash != 0);
        return violations;
    }

    @Test
    @DisplayName("segment by segment it looks at each of them once")
    void everySegmentOnce() {
        List<String> violations = new ArrayList<>();
        long hash = 0;
        int steps = 0;
        do {
            hash = index.checkSegment(hash, violations);
            steps++;
        } while (hash != 0);
        assertEquals(index.frames(), steps);
        assertEquals(List.of(), violations);
    }

    private void expectWord(String invariant, long wordIndex, long corrupted) {
        long before = arena.words().getAcquire(wordIndex);
        expect(
                invariant,
                () -> arena.words().setRelease(wordIndex, corrupted),
                () -> arena.words().setRelease(wordIndex, before));
    }

    private int firstFrame() {
        return IndexDirectory.frame(index.directory().get(0));
    }

    private long wordIndex(int frame, int word) {
        return Frames.address(frame) / Long.BYTES + word;
    }

    private long word(long wordIndex) {
        return arena.words().getAcquire(wordIndex);
    }

    /// The first word of an entry in the first segment.
    private long anEntry() {
        long at = wordIndex(firstFrame(), IndexSegment.ENTRIES_PER_BUCKET);
        while (word(at) == 0) {
            at++;
        }
        return at;
    }

    private void expectDirectory(int at, long corrupted) {
        IndexDirectory directory = index.directory();
        long before = directory.get(at);
        expect(
                "I-12",
                () -> directory.setRange(at, directory.depth(), corrupted),
                () -> directory.setRange(at, directory.depth(), before));
    }

    @Test
    @BreaksInvariant("I-12")
    @DisplayName("I-12: a word that leads to another segment's frame, or to nobody's")
    void frames() {
        IndexDirectory directory = index.directory();
        int last = directory.size() - 1;
        expectDirectory(last, directory.get(0));
        expectDirectory(last, directory.get(last) + 1_000);
    }

    @Test
    @BreaksInvariant("I-12")
    @DisplayName("I-12: a stamp that another segment's range has, or that was never given")
    void stamps() {
        IndexDirectory directory = index.directory();
        // A segment of a full-depth word: its stamp alone changes.
        int at = 0;
        while (directory.get(at) == directory.get(at ^ 1)) {
            at += 2;
        }
        int frame = IndexDirectory.frame(directory.get(at));
        expectDirectory(at, IndexDirectory.word(1L << 30, frame));
        expectDirectory(at, IndexDirectory.word(0, frame));
    }

    @Test
    @BreaksInvariant("I-12")
    @DisplayName("I-12: a segment whose depth is not that of its range")
    void depth() {
        long header = wordIndex(firstFrame(), 0);
        long before = word(header);
        for (long other : new long[] {before + (1L << 32), 25L << 32 | (int) before, -1L << 32}) {
            expectWord("I-12", header, other);
        }
    }

    @Test
    @BreaksInvariant("I-12")
    @DisplayName("I-12: a segment's descriptor that does not lead back to it")
    void descriptor() {
        int frame = firstFrame();
        long before = arena.descriptors().getOpaque(frame);
        for (long other : new long[] {0, before + 1, before + (1L << 31), before ^ 1L << 60}) {
            expect(
                    "I-12",
                    () -> arena.descriptors().setOpaque(frame, other),
                    () -> arena.descriptors().setOpaque(frame, before));
        }
        arena.descriptors().setOpaque(frame, IndexDescriptor.isolated(before));
        assertEquals(List.of(), index.check(), "it may be isolated");
        arena.descriptors().setOpaque(frame, before);
    }

    @Test
    @BreaksInvariant("I-13")
    @DisplayName("I-13: the count of a segment")
    void count() {
        long header = wordIndex(firstFrame(), 0);
        expectWord("I-13", header, word(header) + 1);
        expectWord("I-13", header, word(header) - 1);
    }

    @Test
    @BreaksInvariant("I-13")
    @DisplayName("I-13: an entry that leads to no handle, or whose tag belongs elsewhere")
    void entries() {
        long at = anEntry();
        long entry = word(at);
        expectWord("I-13", at, entry & 0xFFFF_FFFF_0000_0000L);
        // The first bit of its hash: another segment.
        expectWord("I-13", at, entry ^ 1L << 63);
        // The last bit of its tag: another place, here at least.
        int place = (int) (at - wordIndex(firstFrame(), IndexSegment.ENTRIES_PER_BUCKET));
        long moved = entry;
        while (IndexSegment.isPlaceOf(IndexSegment.tag(moved), place)) {
            moved += 1L << 32;
        }
        expectWord("I-13", at, moved);
    }

    @Test
    @BreaksInvariant("I-14")
    @DisplayName("I-14: the counts of entries and of frames")
    void totals() {
        expect("I-14", () -> index.corruptCounts(1, 0), () -> index.corruptCounts(-1, 0));
        expect("I-14", () -> index.corruptCounts(0, 1), () -> index.corruptCounts(0, -1));
    }

    @Test
    @BreaksInvariant("I-14")
    @DisplayName("I-14: an entry that went missing with its segment's count set right")
    void lostEntry() {
        long at = anEntry();
        long header = wordIndex(firstFrame(), 0);
        long entry = word(at);
        expect(
                "I-14",
                () -> {
                    arena.words().setRelease(at, 0);
                    arena.words().setRelease(header, word(header) - 1);
                },
                () -> {
                    arena.words().setRelease(at, entry);
                    arena.words().setRelease(header, word(header) + 1);
                });
    }
}
