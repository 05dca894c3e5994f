package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaStats;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Racers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Memory that runs out at every point of a write: the old blob stays, and nothing leaks.
class BlobFailureTest {
    private static final int BLOCK = Blocks.BLOCK_BYTES;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    /// Content of many blocks, each of which is stored in few bytes.
    private static byte[] sparse(int blocks) {
        byte[] content = new byte[blocks * BLOCK];
        for (int block = 0; block < blocks; block++) {
            byte[] noise = BlobContent.RANDOM.of(150 + 40 * block, block);
            System.arraycopy(noise, 0, content, block * BLOCK + 77, noise.length);
        }
        return content;
    }

    private static List<byte[]> uploads() {
        return List.of(
                BlobContent.RANDOM.of(900, 2),
                BlobContent.RANDOM.of(4_000, 2),
                BlobContent.RANDOM.of(5 * BLOCK + 1, 2),
                sparse(36));
    }

    @Test
    @DisplayName("the pool's limit, one page more each time: PoolFull until it fits")
    void poolLimit() {
        for (byte[] content : uploads()) {
            for (long declared : new long[] {content.length, BlobRig.NOT_DECLARED}) {
                BlobRig rig = rigs.small();
                byte[] old = BlobContent.MIXED.of(3 * BLOCK + 5, 1);
                rig.store("h", old);
                rig.store("other", BlobContent.TEXT.of(10_000, 1));
                long objects = rig.liveObjects();
                long pages = rig.pool().stats().poolBytes() >> 12;
                int refused = 0;
                while (true) {
                    rig.objects().setLimitPages(pages + refused);
                    PutResult result = rig.put("h", content, declared);
                    if (result instanceof PutResult.Stored) {
                        break;
                    }
                    assertInstanceOf(PutResult.PoolFull.class, result);
                    refused++;
                    assertEquals(objects, rig.liveObjects());
                    assertEquals(pages, rig.pool().stats().poolBytes() >> 12);
                    assertEquals(0, rig.pool().host().bodyBytes());
                    rig.assertHolds("h", old);
                }
                assertTrue(refused > content.length / 300_000, "refused " + refused + " times");
                rig.assertHolds("h", content);
                rig.assertHolds("other", BlobContent.TEXT.of(10_000, 1));
                rig.assertSound();
                rig.delete("h");
                rig.delete("other");
                rig.assertEmpty();
            }
        }
    }

    @Test
    @DisplayName("a limit of n pages from the start: new blobs are refused, deleting makes room")
    void smallPools() {
        for (int pages = 1; pages <= 20; pages++) {
            BlobRig rig = rigs.small(BlobRigs.limitPages(pages), BlobRigs.INLINE);
            int stored = 0;
            PutResult result;
            do {
                result = rig.put("h" + stored, BlobContent.RANDOM.of(700, stored));
                stored++;
            } while (result instanceof PutResult.Stored);
            stored--;
            assertEquals(new PutResult.PoolFull(pages * 4_096L), result);
            assertEquals(stored, rig.pool().stats().blobs());
            for (int i = 0; i < stored; i++) {
                rig.assertHolds("h" + i, BlobContent.RANDOM.of(700, i));
                rig.delete("h" + i);
            }
            rig.assertEmpty();
        }
    }

    @Test
    @DisplayName("the arena's budget, one page more each time: OutOfMemory until it fits")
    void arenaBudget() {
        for (byte[] content : uploads()) {
            BlobRig rig = rigs.small();
            byte[] old = BlobContent.MIXED.of(3 * BLOCK + 5, 1);
            rig.store("h", old);
            long objects = rig.liveObjects();
            PageArena arena = rig.arena();
            int refused = 0;
            for (int room = 0; ; room++) {
                ArenaStats stats = arena.stats();
                long free = stats.limitPages() - stats.ownedFrames() - stats.tablePages();
                assertTrue(arena.budget().chargeTablePages(free - room));
                PutResult result = rig.put("h", content, BlobRig.NOT_DECLARED);
                arena.budget().dischargeTablePages(free - room);
                if (result instanceof PutResult.Stored) {
                    break;
                }
                assertInstanceOf(PutResult.OutOfMemory.class, result);
                refused++;
                assertEquals(objects, rig.liveObjects());
                assertEquals(0, rig.pool().host().bodyBytes());
                rig.assertHolds("h", old);
            }
            assertTrue(refused > content.length / 300_000, "refused " + refused + " times");
            rig.assertHolds("h", content);
            rig.delete("h");
            rig.assertEmpty();
        }
    }

    @Test
    @DisplayName("an index that cannot grow refuses the write and frees what it stored")
    void indexCannotGrow() {
        BlobRig rig = rigs.small();
        PageArena arena = rig.arena();
        ArenaStats stats = arena.stats();
        long free = stats.limitPages() - stats.ownedFrames() - stats.tablePages();
        // Each step leaves room for one zspage or one page of handles, but hardly for two frames.
        long held = free;
        arena.budget().chargeTablePages(held);
        int blobs = 0;
        int refused = 0;
        int refusedByIndex = 0;
        while (rig.pool().stats().indexPages() < 6) {
            long before = rig.liveObjects();
            long pages = rig.pool().stats().poolBytes();
            long peak = rig.pool().stats().peakPoolBytes();
            PutResult result = rig.put("blob-" + blobs, new byte[] {1, (byte) blobs, 2});
            if (result instanceof PutResult.Stored) {
                blobs++;
            } else {
                assertInstanceOf(PutResult.OutOfMemory.class, result);
                refused++;
                refusedByIndex += rig.pool().stats().peakPoolBytes() > peak ? 0 : 1;
                assertEquals(before, rig.liveObjects());
                assertEquals(pages, rig.pool().stats().poolBytes());
                assertEquals(blobs, rig.pool().stats().blobs());
                arena.budget().dischargeTablePages(1);
                held--;
            }
        }
        assertTrue(refused > 5 && refusedByIndex > 2, refused + ", " + refusedByIndex);
        for (int i = 0; i < blobs; i++) {
            rig.assertHolds("blob-" + i, new byte[] {1, (byte) i, 2});
        }
        rig.assertSound();
        arena.budget().dischargeTablePages(held);
        for (int i = 0; i < blobs; i++) {
            rig.delete("blob-" + i);
        }
        rig.assertEmpty();
    }

    @Test
    @DisplayName("no memory for a pool: none is made, and nothing is charged for the try")
    void noPool() {
        PageArena arena = rigs.arena(8 * BlobRigs.MIB);
        long limit = arena.stats().limitPages();
        assertTrue(arena.budget().chargeTablePages(limit));
        assertThrows(
                IllegalStateException.class,
                () ->
                        new BlobPool(
                                new BlobHost(
                                        arena,
                                        BlobRigs.compressor(),
                                        BlobRigs.INLINE,
                                        Instant::now,
                                        new Random(1),
                                        BlobRigs.MIB),
                                BlobRigs.options()));
        arena.budget().dischargeTablePages(limit);
    }

    @Test
    @DisplayName(
            "the bodies' budget: who comes later pauses, and is let in in the order of arrival")
    void bodyBudget() {
        BlobRig rig = rigs.smallBodies(3 * BLOCK, BlobRigs.INLINE);
        List<Integer> let = new ArrayList<>();
        List<BlobWrite> writes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            int me = i;
            int declared = i % 2 == 0 ? -1 : 2 * BLOCK / 2;
            BlobWrite write = rig.pool().beginWrite("h" + i, BlobAttributes.NONE, declared);
            AppendOutcome outcome = write.begin(() -> let.add(me));
            assertEquals(i == 0 ? AppendOutcome.READY : AppendOutcome.PAUSE, outcome);
            writes.add(write);
        }
        assertEquals(List.of(), let);
        writes.get(0).abort();
        assertEquals(List.of(1), let, "the next one needs more than is left");
        writes.get(4).abort();
        byte[] content = BlobContent.TEXT.of(BLOCK, 1);
        assertEquals(AppendOutcome.READY, writes.get(1).append(content, 0, BLOCK));
        List<PutResult> answers = new ArrayList<>();
        writes.get(1).commit(answers::add);
        assertEquals(List.of(1, 2), let);
        writes.get(2).commit(answers::add);
        assertEquals(List.of(1, 2, 3, 5), let, "both fit, and 4 has gone");
        writes.get(3).abort();
        writes.get(5).abort();
        writes.get(5).abort();
        assertEquals(0, rig.pool().host().bodyBytes());
        answers.forEach(BlobRig::stored);
        rig.assertHolds("h1", content);
        rig.assertHolds("h2", new byte[0]);
        rig.delete("h1");
        rig.delete("h2");
        rig.assertEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    @DisplayName("60 bodies, room for one and a half: all come through, whatever the workers")
    void manyBodies(int threads) throws InterruptedException {
        BlobRig rig =
                rigs.smallBodies(
                        4 * BLOCK + 100, threads == 0 ? BlobRigs.INLINE : rigs.workers(threads));
        Racers racers = new Racers();
        for (int thread = 0; thread < 6; thread++) {
            int first = thread * 10;
            racers.add(() -> {
                for (int i = first; i < first + 10; i++) {
                    byte[] content = BlobContent.TEXT.of(i * 3_217, i);
                    long declared = i % 3 == 0 ? BlobRig.NOT_DECLARED : content.length;
                    BlobWrite write = rig.pool().beginWrite("h" + i, BlobAttributes.NONE, declared);
                    if (i % 7 == 6) {
                        TestUpload upload = new TestUpload(write);
                        upload.begin();
                        upload.send(content, 0, content.length / 2, 9_001);
                        upload.abort();
                    } else {
                        BlobRig.stored(TestUpload.run(write, content, 9_001));
                    }
                }
            });
        }
        racers.run();
        for (int i = 0; i < 60; i++) {
            if (i % 7 != 6) {
                rig.assertHolds("h" + i, BlobContent.TEXT.of(i * 3_217, i));
                rig.delete("h" + i);
            }
        }
        // An aborted body ends when its worker is done with it.
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (rig.pool().host().bodyBytes() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        rig.assertEmpty();
    }
}
