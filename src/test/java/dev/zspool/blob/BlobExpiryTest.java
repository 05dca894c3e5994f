package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.BreaksInvariant;
import dev.zspool.testkit.Racers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Blobs with an end: gone for everybody at once, freed by the sweep, and nothing else with them.
class BlobExpiryTest {
    private static final int ALL = Integer.MAX_VALUE;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private final BlobRig rig = rigs.small();

    private static PutResult put(BlobRig rig, String handle, byte[] content, long ttlMillis) {
        BlobWrite write =
                rig.pool()
                        .beginWrite(
                                WriteRequest.of(handle, BlobAttributes.NONE, content.length)
                                        .livingFor(ttlMillis));
        return TestUpload.run(write, content, ALL);
    }

    private BlobInfo store(String handle, byte[] content, long ttlMillis) {
        return BlobRig.stored(put(rig, handle, content, ttlMillis));
    }

    private static int sweep(BlobRig rig) {
        return rig.pool().keeper().sweepExpired(ALL);
    }

    private void advance(long millis) {
        rigs.clock.advance(Duration.ofMillis(millis));
    }

    @Test
    @DisplayName("at its end a blob is gone for reads, layouts, deletions and conditions")
    void goneAtOnce() {
        byte[] content = BlobContent.RANDOM.of(200_000, 1);
        BlobInfo info = store("h", content, 5_000);
        assertEquals(1_005_000, info.expiresEpochMillis());
        advance(4_999);
        rig.assertHolds("h", content);
        BlobReader early = rig.reader("h");
        advance(1);
        assertInstanceOf(OpenResult.Missing.class, rig.pool().open("h"));
        assertInstanceOf(LayoutResult.Missing.class, rig.pool().layout("h", -1, 10));
        assertTrue(rig.liveObjects() > 0, "its memory is there until the sweep");
        assertEquals(ReadOutcome.OK, early.readBlock(0, new byte[1 << 16], 0), "as it was opened");
        assertEquals(1, sweep(rig));
        assertEquals(ReadOutcome.REPLACED, early.readBlock(0, new byte[1 << 16], 0));
        rig.assertEmpty();
        assertEquals(1, rig.pool().stats().expiredBlobs());
        assertEquals(0, rig.pool().stats().expiringBlobs());
    }

    @Test
    @DisplayName("a dead blob is none to a deletion, and a write over it creates")
    void deadIsNone() {
        store("a", new byte[100], 1_000);
        store("b", new byte[100], 1_000);
        advance(1_000);
        assertEquals(DeleteOutcome.MISSING, rig.delete("a"));
        BlobWrite write =
                rig.pool()
                        .beginWrite(
                                WriteRequest.of("b", BlobAttributes.NONE, 1)
                                        .onlyIf(Optional::isEmpty));
        PutResult result = TestUpload.run(write, new byte[1], ALL);
        assertTrue(assertInstanceOf(PutResult.Stored.class, result).created());
        assertEquals(2, sweep(rig), "two entries of roots that are gone");
        rig.assertHolds("b", new byte[1]);
        rig.delete("b");
        rig.assertEmpty();
    }

    @Test
    @DisplayName("a write without an end takes the end of the one before away, and the reverse")
    void replaced() {
        store("h", new byte[10], 1_000);
        store("h", new byte[20], WriteRequest.POOL_TTL);
        advance(2_000);
        assertEquals(1, sweep(rig));
        rig.assertHolds("h", new byte[20]);
        store("h", new byte[30], 1_000);
        store("h", new byte[40], 3_000);
        advance(1_000);
        sweep(rig);
        rig.assertHolds("h", new byte[40]);
        advance(2_000);
        assertNull(rig.get("h"));
        sweep(rig);
        rig.assertEmpty();
    }

    @Test
    @DisplayName("the pool's own life holds for writes that do not say one, from then on")
    void poolTtl() {
        BlobRig other = rigs.small(BlobRigs.defaultTtlMillis(10_000), BlobRigs.INLINE);
        BlobInfo info = other.store("h", new byte[10]);
        assertEquals(1_010_000, info.expiresEpochMillis());
        assertEquals(
                1_002_000,
                BlobRig.stored(put(other, "i", new byte[9], 2_000)).expiresEpochMillis());
        other.pool().change(BlobRigs.options());
        assertEquals(0, other.store("j", new byte[10]).expiresEpochMillis());
        advance(10_000);
        assertEquals(2, sweep(other));
        assertEquals(1, other.pool().stats().blobs());
        other.delete("j");
    }

    @Test
    @DisplayName("a life begins when the body is complete")
    void slowBody() {
        BlobWrite write =
                rig.pool()
                        .beginWrite(WriteRequest.of("h", BlobAttributes.NONE, 3).livingFor(1_000));
        TestUpload upload = new TestUpload(write);
        assertTrue(upload.begin());
        advance(60_000);
        assertTrue(upload.send(new byte[3], 0, 3, ALL));
        BlobInfo info = BlobRig.stored(upload.commit());
        assertEquals(1_061_000, info.expiresEpochMillis());
        assertEquals(1_060, info.modifiedEpochSeconds());
        rig.assertHolds("h", new byte[3]);
        advance(1_000);
        assertNull(rig.get("h"));
        sweep(rig);
    }

    @Test
    @DisplayName("without room for the entry the write is refused and the old blob stays")
    void noRoomForTheEntry() {
        rig.store("h", new byte[10]);
        rig.store("i", BlobContent.RANDOM.of(3_000, 1));
        long free = rig.arena().stats().limitPages() - rig.arena().stats().ownedFrames() - 1_000;
        long taken = 0;
        while (rig.arena().budget().chargeTablePages(1)) {
            taken++;
        }
        assertTrue(free > 0);
        assertInstanceOf(PutResult.OutOfMemory.class, put(rig, "h", new byte[20], 1_000));
        rig.assertHolds("h", new byte[10]);
        rig.arena().budget().dischargeTablePages(taken);
        store("h", new byte[20], 1_000);
        rig.assertHolds("h", new byte[20]);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @DisplayName("against a model: nothing alive is lost and nothing dead is kept")
    void model(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Long> ends = new HashMap<>();
        Map<String, byte[]> contents = new HashMap<>();
        long now = 1_000_000;
        for (int step = 0; step < 6_000; step++) {
            String handle = "h" + random.nextInt(60);
            int what = random.nextInt(12);
            boolean isAlive = ends.getOrDefault(handle, 0L) > now;
            if (what < 5) {
                byte[] content = BlobContent.RANDOM.of(random.nextInt(6_000), step);
                long ttl = random.nextInt(3) == 0 ? 0 : 1 + random.nextLong(20_000);
                PutResult result = put(rig, handle, content, ttl);
                assertEquals(
                        !isAlive,
                        assertInstanceOf(PutResult.Stored.class, result).created(),
                        "seed " + seed);
                ends.put(handle, ttl == 0 ? Long.MAX_VALUE : now + ttl);
                contents.put(handle, content);
            } else if (what < 7) {
                assertEquals(
                        isAlive ? DeleteOutcome.DELETED : DeleteOutcome.MISSING,
                        rig.delete(handle),
                        "seed " + seed);
                ends.remove(handle);
            } else if (what < 9) {
                long by = random.nextLong(1_500);
                advance(by);
                now += by;
            } else if (what < 10) {
                rig.pool().keeper().sweepExpired(random.nextInt(8));
            } else if (isAlive) {
                rig.assertHolds(handle, Objects.requireNonNull(contents.get(handle)));
            } else {
                assertNull(rig.get(handle), "seed " + seed);
            }
        }
        sweep(rig);
        advance(999);
        now += 999;
        sweep(rig);
        long moment = now;
        // A second is the sweep's grain: what ended before this one has been freed.
        long kept = ends.values().stream().filter(end -> end > moment - 999).count();
        long alive = ends.values().stream().filter(end -> end > moment).count();
        long there = rig.pool().stats().blobs();
        assertTrue(there >= alive && there <= kept, there + " of " + alive + " to " + kept);
        rig.assertSound();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @DisplayName(
            "under load, with the clock running: each thread's live blobs are there, its dead ones not")
    void load(long seed) throws InterruptedException {
        BlobRig large = rigs.large(BlobRigs.options(), BlobRigs.INLINE);
        AtomicBoolean stop = new AtomicBoolean();
        Racers racers = new Racers();
        for (int thread = 0; thread < 3; thread++) {
            int me = thread;
            racers.add(() -> {
                try {
                    writeAndLook(large, me, new SplittableRandom(seed * 31 + me));
                } finally {
                    stop.set(true);
                }
            });
        }
        racers.add(() -> {
            while (!stop.get()) {
                advance(3);
                large.pool().keeper().sweepExpired(64);
                large.pool().keeper().tidyExpiry(512);
            }
        });
        racers.add(() -> {
            while (!stop.get()) {
                large.pool().keeper().giveBackTablePages();
                large.pool().keeper().sweepExpired(16);
            }
        });
        racers.run();
        advance(3_600_000);
        sweep(large);
        assertEquals(0, large.pool().stats().blobs(), "seed " + seed);
        large.assertEmpty();
    }

    private void writeAndLook(BlobRig large, int me, SplittableRandom random) {
        Map<String, BlobInfo> last = new HashMap<>();
        for (int step = 0; step < 12_000; step++) {
            String handle = "t" + me + "-" + random.nextInt(300);
            if (random.nextBoolean()) {
                byte[] content = BlobContent.RANDOM.of(random.nextInt(3_000), step);
                long ttl = 1 + random.nextLong(5_000);
                last.put(handle, BlobRig.stored(put(large, handle, content, ttl)));
                continue;
            }
            BlobInfo written = last.get(handle);
            long before = rigs.clock.millis();
            OpenResult opened = large.pool().open(handle);
            long after = rigs.clock.millis();
            if (written == null || written.isExpiredAt(before)) {
                assertInstanceOf(OpenResult.Missing.class, opened);
            } else if (!written.isExpiredAt(after)) {
                OpenResult.Found found = assertInstanceOf(OpenResult.Found.class, opened);
                assertEquals(written.sequence(), found.reader().info().sequence());
            }
        }
    }

    @Test
    @DisplayName("a blob that is written again and again leaves no queue behind")
    void queueStaysShort() {
        for (int i = 0; i < 50_000; i++) {
            store("h" + i % 10, new byte[50], 3_600_000L + i * 1_000L);
            if (i % 500 == 0) {
                rig.pool().keeper().tidyExpiry(1_024);
            }
        }
        rig.pool().keeper().giveBackTablePages();
        assertTrue(rig.pool().stats().expiryPages() <= 10, rig.pool().stats()::toString);
        rig.assertSound();
        advance(1_000L * 3_600_000);
        sweep(rig);
        rig.assertEmpty();
    }

    @Test
    @DisplayName("the sweep takes as many as it may, and gives their memory back")
    void boundedSweep() {
        for (int i = 0; i < 5_000; i++) {
            store("h" + i, BlobContent.RANDOM.of(900, i), 1_000);
        }
        long bytes = rig.pool().stats().poolBytes();
        assertTrue(bytes > 4_000_000);
        assertEquals(0, sweep(rig), "none is due");
        advance(1_000);
        assertEquals(1_000, rig.pool().keeper().sweepExpired(1_000));
        assertEquals(4_000, rig.pool().stats().blobs());
        assertEquals(4_000, sweep(rig));
        rig.assertEmpty();
        assertTrue(rig.pool().keeper().giveBackTablePages() > 0);
    }

    @Test
    @BreaksInvariant("I-20")
    @DisplayName("I-20: a blob whose end is not in the queue")
    void missingEntry() {
        BlobRig broken = rigs.small();
        rigs.isDamaged(broken);
        put(broken, "h", new byte[5], 1_000);
        put(broken, "i", new byte[5], 2_000);
        broken.assertSound();
        assertTrue(broken.pool().published.expiry.pollDue(-1L >>> 1) > 0);
        List<String> violations = new ArrayList<>(broken.pool().check());
        assertEquals(1, violations.size(), violations::toString);
        assertTrue(violations.getFirst().startsWith("I-20 "), violations::toString);
        assertFalse(broken.pool().check().isEmpty());
    }
}
