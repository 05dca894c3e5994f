package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaStats;
import dev.zspool.page.Frames;
import dev.zspool.zsmalloc.ClassStats;
import dev.zspool.zsmalloc.SizeClassShape;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a blob costs beside its content: on the heap nothing, off the heap little.
class BlobFootprintTest {
    private static final int BLOB_BYTES = 1_024;

    /// The bound that the million of the contract is measured with.
    private static final double MOST_HEAP_BYTES_PER_BLOB = 8.0 * (1 << 20) / 1_000_000;

    /// `-Dzspool.test.heapBlobs=1000000` is the contract's number; the build takes fewer.
    private static final int HEAP_BLOBS = Integer.getInteger("zspool.test.heapBlobs", 200_000);

    private static final double MOST_OVERHEAD_BYTES = 96;
    private static final double PAGE_BYTES = Frames.FRAME_BYTES;
    private static final int SMALL_BYTES = 40;
    private static final int LAYOUT_BLOBS = 60_000;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private static long liveHeapBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void store(BlobRig rig, int nth, byte[] content) {
        ObjectLayout.putInt(content, 0, nth);
        BlobWrite write = rig.pool().beginWrite("blob-" + nth, BlobAttributes.NONE, content.length);
        assertEquals(AppendOutcome.READY, write.begin(() -> {}));
        assertEquals(AppendOutcome.READY, write.append(content, 0, content.length));
        write.commit(BlobRig::stored);
    }

    @Test
    @DisplayName("the heap stays flat: a million blobs of 1 KiB add less than 8 MiB")
    void heapFlat(TestReporter reporter) {
        BlobRig rig = rigs.huge(2_400L * HEAP_BLOBS);
        byte[] content = BlobContent.RANDOM.of(BLOB_BYTES, 1);
        // Everything that is there once.
        for (int i = 0; i < 20_000; i++) {
            store(rig, i, content);
        }
        long before = liveHeapBytes();
        for (int i = 20_000; i < HEAP_BLOBS; i++) {
            store(rig, i, content);
        }
        long added = liveHeapBytes() - before;
        assertEquals(HEAP_BLOBS, rig.pool().stats().blobs());
        double perBlob = added / (double) (HEAP_BLOBS - 20_000);
        reporter.publishEntry(
                "heap",
                String.format(
                        Locale.ROOT,
                        "%d bytes for %d blobs, %.3f each",
                        added,
                        HEAP_BLOBS,
                        perBlob));
        assertTrue(perBlob < MOST_HEAP_BYTES_PER_BLOB, () -> perBlob + " bytes of heap a blob");
        ObjectLayout.putInt(content, 0, HEAP_BLOBS / 2);
        rig.assertHolds("blob-" + HEAP_BLOBS / 2, content);
    }

    @Test
    @DisplayName("a million blobs with an end add no heap either, and all go at it")
    void heapFlatWithEnds(TestReporter reporter) {
        BlobRig rig = rigs.huge(400L * HEAP_BLOBS);
        byte[] content = BlobContent.RANDOM.of(SMALL_BYTES, 1);
        for (int i = 0; i < 20_000; i++) {
            storeWithEnd(rig, i, content);
        }
        long before = liveHeapBytes();
        for (int i = 20_000; i < HEAP_BLOBS; i++) {
            storeWithEnd(rig, i, content);
        }
        long added = liveHeapBytes() - before;
        assertEquals(HEAP_BLOBS, rig.pool().stats().expiringBlobs());
        double perBlob = added / (double) (HEAP_BLOBS - 20_000);
        reporter.publishEntry(
                "heap with ends",
                String.format(
                        Locale.ROOT,
                        "%d bytes for %d blobs, %.3f each, %d pages of ends",
                        added,
                        HEAP_BLOBS,
                        perBlob,
                        rig.pool().stats().expiryPages()));
        assertTrue(perBlob < MOST_HEAP_BYTES_PER_BLOB, () -> perBlob + " bytes of heap a blob");
        rigs.clock.advance(Duration.ofSeconds(999));
        assertEquals(0, rig.pool().keeper().sweepExpired(HEAP_BLOBS));
        rigs.clock.advance(Duration.ofSeconds(5_000));
        assertEquals(HEAP_BLOBS, rig.pool().keeper().sweepExpired(HEAP_BLOBS));
        rig.assertEmpty();
    }

    private static void storeWithEnd(BlobRig rig, int nth, byte[] content) {
        ObjectLayout.putInt(content, 0, nth);
        BlobWrite write =
                rig.pool()
                        .beginWrite(
                                WriteRequest.of("blob-" + nth, BlobAttributes.NONE, content.length)
                                        .livingFor(1_000_000L + nth));
        assertEquals(AppendOutcome.READY, write.begin(() -> {}));
        assertEquals(AppendOutcome.READY, write.append(content, 0, content.length));
        write.commit(BlobRig::stored);
    }

    /// A part of what a blob takes beside content and handle, in bytes, on average.
    private record Part(String name, double bytes) {}

    private static List<Part> breakdown(BlobRig rig, double indexBytes, long handleChars) {
        BlobPoolStats stats = rig.pool().stats();
        ArenaStats arena = rig.arena().stats();
        double blobs = stats.blobs();
        double roots = rootHeaderBytes(rig);
        double payload = sum(rig, row -> row.liveSlots() * payloadBytes(row.shape()));
        double descriptors =
                (arena.tablePages() - stats.handlePages()) * PAGE_BYTES
                        + arena.ownedFrames() * (double) Long.BYTES;
        double free =
                sum(
                        rig,
                        row ->
                                (row.allocatedSlots() - row.liveSlots())
                                        * (double) row.shape().sizeBytes());
        double tails =
                sum(
                        rig,
                        row ->
                                row.usedPages() * PAGE_BYTES
                                        - row.allocatedSlots() * (double) row.shape().sizeBytes());
        return List.of(
                new Part("index at its mean load", indexBytes),
                new Part("handle word", stats.handlePages() * PAGE_BYTES / blobs),
                new Part(
                        "slot header",
                        sum(rig, row -> row.liveSlots() * (double) headerBytes(row.shape()))
                                / blobs),
                new Part("root header", (roots - handleChars) / blobs),
                new Part("rounding", (payload - roots - stats.storedBytes()) / blobs),
                new Part("free slots", free / blobs),
                new Part("tail waste", tails / blobs),
                new Part("descriptors of zspages and frames", descriptors / blobs));
    }

    private static double payloadBytes(SizeClassShape shape) {
        return shape.sizeBytes() - headerBytes(shape);
    }

    private static int headerBytes(SizeClassShape shape) {
        return shape.isHuge() ? 0 : 8;
    }

    private static double sum(BlobRig rig, ToDoubleFunction<ClassStats> value) {
        return rig.objects().classStats().stream().mapToDouble(value).sum();
    }

    /// All bytes of all roots that are not content, handles included.
    private static double rootHeaderBytes(BlobRig rig) {
        byte[] object = new byte[Frames.FRAME_BYTES];
        double bytes = 0;
        for (long entry : rig.pool().index.allEntries()) {
            rig.objects().read(IndexSegment.handle(entry), object, 0);
            bytes += RootView.headerLength(object);
        }
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(
            value = BlobContent.class,
            names = {"RANDOM", "TEXT"})
    @DisplayName("at most 96 bytes a blob of 1 KiB, beside stored content and handle")
    void overhead(BlobContent kind, TestReporter reporter) {
        BlobRig rig = rigs.large(BlobRigs.options(), BlobRigs.INLINE);
        long handleChars = 0;
        double indexBytes = 0;
        int samples = 0;
        for (int i = 0; i < LAYOUT_BLOBS; i++) {
            store(rig, i, kind.of(BLOB_BYTES, i));
            handleChars += ("blob-" + i).length();
            if (i >= LAYOUT_BLOBS / 2 && i % 500 == 0) {
                BlobPoolStats now = rig.pool().stats();
                indexBytes += now.indexPages() * (double) Frames.FRAME_BYTES / now.blobs();
                samples++;
            }
        }
        List<Part> parts = breakdown(rig, indexBytes / samples, handleChars);
        double all = parts.stream().mapToDouble(Part::bytes).sum();
        StringBuilder text = new StringBuilder(64);
        for (Part part : parts) {
            text.append(String.format(Locale.ROOT, "%s %.2f; ", part.name(), part.bytes()));
        }
        text.append(String.format(Locale.ROOT, "in all %.2f bytes a blob of %s", all, kind));
        reporter.publishEntry("overhead", text.toString());
        assertTrue(all <= MOST_OVERHEAD_BYTES, text::toString);
        // The same from the other end: everything that the arena gave away, but content and
        // handles.
        BlobPoolStats stats = rig.pool().stats();
        ArenaStats arena = rig.arena().stats();
        double given =
                (arena.ownedFrames() + arena.tablePages() - stats.indexPages()) * PAGE_BYTES
                        + arena.ownedFrames() * (double) Long.BYTES;
        double beside = (given - stats.storedBytes() - handleChars) / stats.blobs();
        assertEquals(beside + indexBytes / samples, all, 0.01, "the parts are all there is");
    }
}
