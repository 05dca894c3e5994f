package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.Pace;
import dev.zspool.testkit.OpSequence;
import dev.zspool.zsmalloc.ClassStats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a pool counts (zram's mm_stat), and what blobs take.
class BlobStatsTest {
    private static final int BLOCK = Blocks.BLOCK_BYTES;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    @Test
    @DisplayName("same-filled and empty content takes the root object and nothing else")
    void filled() {
        for (int size : new int[] {0, 1, 8, 4_096, BLOCK, 33 * BLOCK + 1, 64 * BLOCK + 7}) {
            for (BlobContent kind : List.of(BlobContent.ZEROS, BlobContent.ONE_WORD)) {
                for (int i = 0; i < 2; i++) {
                    BlobRig rig = rigs.small();
                    byte[] content = kind.of(size, 1);
                    BlobInfo info =
                            BlobRig.stored(
                                    rig.put("h", content, i == 0 ? size : BlobRig.NOT_DECLARED));
                    BlobPoolStats stats = rig.pool().stats();
                    assertEquals(0, info.storedBytes());
                    assertEquals(1, stats.objects());
                    assertEquals(1, stats.filledBlobs());
                    assertEquals(0, stats.rawBlobs());
                    assertEquals(0, stats.storedBytes());
                    assertEquals(size, stats.logicalBytes());
                    ClassStats used =
                            rig.objects().classStats().stream()
                                    .filter(row -> row.liveSlots() > 0)
                                    .findFirst()
                                    .orElseThrow();
                    assertTrue(used.shape().sizeBytes() <= 64, used::toString);
                    assertEquals(used.usedPages() << 12, stats.poolBytes());
                }
            }
        }
    }

    @Test
    @DisplayName("blocks that are filled with different words take records only")
    void filledByBlock() {
        BlobRig rig = rigs.small();
        byte[] content = new byte[3 * BLOCK];
        Arrays.fill(content, BLOCK, 2 * BLOCK, (byte) 1);
        BlobInfo info = rig.store("h", content);
        assertEquals(0, info.storedBytes());
        assertEquals(1, rig.liveObjects());
        assertEquals(0, rig.pool().stats().filledBlobs());
        assertEquals(0, rig.pool().stats().rawBlobs());
        rig.assertHolds("h", content);
    }

    @Test
    @DisplayName("stored raw where compression does not pay, and counted; else compressed")
    void raw() {
        BlobRig rig = rigs.small();
        for (int size : new int[] {9, 1_000, 5_000, BLOCK, 3 * BLOCK + 11}) {
            BlobInfo info = rig.store("r" + size, BlobContent.RANDOM.of(size, 1));
            assertEquals(size, info.storedBytes());
        }
        assertEquals(5, rig.pool().stats().rawBlobs());
        BlobInfo text = rig.store("t", BlobContent.TEXT.of(3 * BLOCK, 1));
        assertTrue(text.storedBytes() < 3 * BLOCK * 4 / 5);
        assertEquals(5, rig.pool().stats().rawBlobs());
        rig.store("r9", BlobContent.TEXT.of(1_000, 1));
        assertEquals(4, rig.pool().stats().rawBlobs());
        assertEquals(5, rig.pool().stats().rawBlobsSinceStart());
        byte[] half = BlobContent.RANDOM.of(2 * BLOCK, 1);
        Arrays.fill(half, 0, BLOCK, (byte) 0);
        rig.store("half", half);
        assertEquals(4, rig.pool().stats().rawBlobs(), "one block was made smaller");
        assertEquals(BLOCK, rig.reader("half").info().storedBytes());
    }

    @Test
    @DisplayName("limit and peak")
    void limitAndPeak() {
        BlobRig rig = rigs.small(BlobRigs.limitPages(50), BlobRigs.INLINE);
        rig.store("h", BlobContent.RANDOM.of(100_000, 1));
        long full = rig.pool().stats().poolBytes();
        rig.delete("h");
        BlobPoolStats stats = rig.pool().stats();
        assertEquals(50 * 4_096, stats.limitBytes());
        assertEquals(full, stats.peakPoolBytes());
        assertEquals(0, stats.poolBytes());
    }

    @Test
    @DisplayName("the rows of the classes add up to the pool")
    void classRows() {
        BlobRig rig = rigs.small();
        for (int i = 0; i < 300; i++) {
            rig.store("h" + i, BlobContent.RANDOM.of(i * 30, i));
        }
        List<ClassRow> rows = rig.pool().classes();
        BlobPoolStats stats = rig.pool().stats();
        assertEquals(stats.objects(), rows.stream().mapToLong(ClassRow::liveSlots).sum());
        assertEquals(stats.poolBytes() >> 12, rows.stream().mapToLong(ClassRow::usedPages).sum());
        for (ClassRow row : rows) {
            assertEquals(11, row.zspagesByGroup().size());
            long zspages = row.zspagesByGroup().stream().mapToLong(count -> count).sum();
            assertEquals(row.usedPages(), zspages * row.pagesPerZspage());
        }
    }

    /// A blob as the model remembers it.
    @SuppressWarnings("ArrayRecordComponent")
    private record Known(byte[] content, BlobInfo info) {}

    @Test
    @DisplayName("after any history the counters are what a recount says")
    void anyHistory() {
        OpSequence.forEachSeed("BlobStatsTest", 2, 2_500, this::runHistory);
    }

    private void runHistory(OpSequence sequence) {
        BlobRig rig = rigs.small(BlobRigs.limitPages(400), BlobRigs.INLINE);
        Map<String, Known> model = new HashMap<>();
        int refused = 0;
        while (sequence.hasMore()) {
            String handle = "h" + sequence.below(60);
            int choice = sequence.below(100);
            if (choice < 60) {
                byte[] content = content(sequence);
                sequence.note("put " + handle + " " + content.length);
                PutResult result =
                        rig.put(
                                handle,
                                content,
                                sequence.chance(50) ? BlobRig.NOT_DECLARED : content.length);
                if (result instanceof PutResult.Stored(BlobInfo info, boolean created)) {
                    assertEquals(!model.containsKey(handle), created);
                    model.put(handle, new Known(content, info));
                } else {
                    refused++;
                }
            } else if (choice < 85) {
                sequence.note("delete " + handle);
                DeleteOutcome expected =
                        model.remove(handle) == null
                                ? DeleteOutcome.MISSING
                                : DeleteOutcome.DELETED;
                assertEquals(expected, rig.delete(handle));
            } else if (choice < 90) {
                sequence.note("abort " + handle);
                byte[] content = content(sequence);
                TestUpload upload =
                        new TestUpload(rig.pool().beginWrite(handle, BlobAttributes.NONE, -1));
                upload.begin();
                upload.send(content, 0, content.length, 50_000);
                upload.abort();
            } else if (choice < 93) {
                sequence.note("compact");
                rig.pool().compact(Pace.FULL_SPEED);
                rig.pool().keeper().giveBackTablePages();
            } else {
                sequence.note("get " + handle);
                Known known = model.get(handle);
                if (known != null) {
                    rig.assertHolds(handle, known.content());
                    assertEquals(known.info(), rig.reader(handle).info());
                }
            }
            if (sequence.below(40) == 0) {
                compare(rig, model);
            }
        }
        assertTrue(refused > 10, "the limit was met " + refused + " times");
        compare(rig, model);
        new ArrayList<>(model.keySet()).forEach(rig::delete);
        rig.assertEmpty();
    }

    private static byte[] content(OpSequence sequence) {
        BlobContent kind = sequence.oneOf(List.of(BlobContent.values()));
        int size =
                switch (sequence.below(4)) {
                    case 0 -> sequence.below(20);
                    case 1 -> sequence.below(5_000);
                    case 2 -> sequence.below(BLOCK + 10);
                    default -> sequence.below(10) == 0 ? 35 * BLOCK : sequence.below(4 * BLOCK);
                };
        return kind.of(size, sequence.below(1_000_000));
    }

    private static void compare(BlobRig rig, Map<String, Known> model) {
        rig.assertSound();
        BlobPoolStats stats = rig.pool().stats();
        assertEquals(model.size(), stats.blobs());
        assertEquals(
                model.values().stream().mapToLong(known -> known.content().length).sum(),
                stats.logicalBytes());
        assertEquals(
                model.values().stream().mapToLong(known -> known.info().storedBytes()).sum(),
                stats.storedBytes());
        assertEquals(0, rig.pool().host().bodyBytes());
        assertEquals(0, stats.corruptedReads());
    }
}
