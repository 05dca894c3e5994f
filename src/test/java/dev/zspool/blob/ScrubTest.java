package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.Pace;
import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.MetaResult;
import dev.zspool.persist.WriteOutcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A blob that is damaged on the disk and sound in memory, and a repair that comes to nothing.
class ScrubTest {
    private static final int SIZE = 300_000;
    private static final byte[] CONTENT = BlobContent.RANDOM.of(SIZE, SIZE);

    @RegisterExtension final DurableStore durable = new DurableStore();

    private long sequence;

    @BeforeEach
    void damage() {
        sequence = durable.put("h", CONTENT).info().sequence();
        durable.faults().damagePiece(durable.poolId(), sequence, 1);
    }

    private ScrubResult scrub() {
        return durable.pool().keeper().scrub(Pace.FULL_SPEED);
    }

    private BlobMeta kept() {
        BlobName name = durable.pool().names.of("h");
        MetaResult meta = durable.journal().readMeta(durable.poolId(), name.hash(), "h");
        return assertInstanceOf(MetaResult.Found.class, meta).meta();
    }

    private void assertNotMarked() {
        assertFalse(kept().isCorrupted());
        assertArrayEquals(CONTENT, durable.get("h"));
        assertEquals(0, durable.pool().stats().corruptedReads());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DURABLE")
    @DisplayName("it is not marked, stays in memory, and is repaired by the next run")
    void repairFails(WriteOutcome outcome) {
        durable.faults().refuse(1, outcome);
        assertEquals(new ScrubResult(1, SIZE, 0, 0, false), scrub());
        assertNotMarked();
        assertFalse(durable.evict("h"), "memory has the only sound copy");
        assertEquals(new ScrubResult(1, SIZE, 1, 0, true), scrub());
        assertTrue(durable.evict("h"));
        assertNotMarked();
        durable.restart();
        assertNotMarked();
    }

    @Test
    @DisplayName("one that is replaced or deleted meanwhile may leave memory again")
    void replaced() {
        durable.faults().refuse(1, WriteOutcome.FAILED);
        assertFalse(scrub().isComplete());
        durable.put("h", CONTENT);
        assertEquals(new ScrubResult(1, SIZE, 0, 0, true), scrub());
        assertTrue(durable.evict("h"));
        assertNotMarked();
    }

    @Test
    @DisplayName("while its pool is perhaps going it is not marked: the pool may stay")
    void poolStays() {
        PoolGate gate = durable.pool().published.gate();
        durable.faults().beforeReads(gate::shut);
        assertFalse(scrub().isComplete());
        durable.faults().beforeReads(() -> {});
        durable.pool().published.reopen();
        assertNotMarked();
        assertEquals(1, scrub().repairedBlobs());
    }

    @Test
    @DisplayName("what memory has damaged, too, is marked")
    void damagedInMemory() {
        durable.isDamaged();
        BlobDamageTest.places(durable.rig(), sequence, type -> type == ObjectLayout.TYPE_CHUNK)
                .getFirst()
                .flip(100, (byte) 1);
        assertEquals(new ScrubResult(1, SIZE, 0, 1, true), scrub());
        assertTrue(kept().isCorrupted());
    }
}
