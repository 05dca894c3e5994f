package dev.zspool.pressure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.zspool.blob.AppendOutcome;
import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.BlobReader;
import dev.zspool.blob.BlobStore;
import dev.zspool.blob.BlobWrite;
import dev.zspool.blob.DeleteOutcome;
import dev.zspool.blob.Durability;
import dev.zspool.blob.FullPolicy;
import dev.zspool.blob.OpenResult;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.ReadOutcome;
import dev.zspool.blob.WriteCondition;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.MappedPages;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapJournal;
import dev.zspool.testkit.TestClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A real engine on a machine that a test decides about: what others use, the limit, the time.
final class PressureRig implements AfterEachCallback, PressureListener {
    static final long MIB = 1L << 20;
    private static final long TICK_NANOS = 100_000_000;
    private static final int BLOB_BYTES = 3_000;

    final PageArena arena;
    final BlobHost host;
    final BlobStore store;
    final PressureController controller;
    final List<String> told = new ArrayList<>();

    long othersBytes = 100 * MIB;
    long limitBytes = 256 * MIB;

    /// Page cache that counts as used, of which as much goes when it is dropped.
    long activeFileBytes;

    long droppableFileBytes;

    /// Used by others at a level above.
    long outerBytes;

    /// Of a level above, 0 when it is the container's.
    long nearestLimitBytes;

    long oomEvents;
    long nanos = 1_000_000_000L;

    private Runnable atClockCall = () -> {};
    private int clockCallsLeft;
    private final Engines engines = new Engines();
    private final HeapJournal journal = new HeapJournal();

    PressureRig() {
        this(false);
    }

    PressureRig(boolean hugePages) {
        this.arena =
                engines.arena(
                        new MappedPages(),
                        new ArenaOptions(
                                128 * MIB, (128 * MIB) >> Frames.FRAME_SHIFT, 0, hugePages));
        this.host =
                new BlobHost(
                                arena,
                                BlockCompressor.create(),
                                Runnable::run,
                                new TestClock(Instant.ofEpochSecond(1_000)),
                                new Random(4711),
                                64 * MIB)
                        .withJournal(journal, Runnable::run);
        this.store = new BlobStore(host, 10);
        store.restore();
        this.controller =
                new PressureController(
                        new PressureController.Engine(
                                arena, host, store, goesOn -> dropFilePages()),
                        new Probe(),
                        this::clock,
                        limit -> new MemoryPlan(limit, true, List.of(), limit / 2),
                        PressureLimits.defaults(),
                        this);
    }

    private final class Probe implements PressureProbe {
        @Override
        public void fill(PressureInputs in) {
            fillIn(in);
        }

        @Override
        public long activeFileBytes() {
            return activeFileBytes;
        }
    }

    private void dropFilePages() {
        activeFileBytes -= droppableFileBytes;
        droppableFileBytes = 0;
    }

    private void fillIn(PressureInputs in) {
        in.tightestLimitBytes = limitBytes;
        in.limitBytes = nearestLimitBytes == 0 ? limitBytes : nearestLimitBytes;
        in.activeFileBytes = activeFileBytes;
        in.tightestWorkingSetBytes = workingSetBytes();
        in.workingSetBytes = workingSetBytes() + outerBytes;
        in.tickNanos = TICK_NANOS;
        in.oomEvents = oomEvents;
        oomEvents = 0;
    }

    long backedBytes() {
        return Reclaimer.bytes(arena.budget().usedPages() + arena.warmFrames());
    }

    long workingSetBytes() {
        return othersBytes + activeFileBytes + backedBytes();
    }

    long headroomBytes() {
        return limitBytes - workingSetBytes();
    }

    /// Runs something once, within a later call of the clock.
    void atClockCall(int call, Runnable action) {
        clockCallsLeft = call;
        atClockCall = action;
    }

    private long clock() {
        if (--clockCallsLeft == 0) {
            atClockCall.run();
        }
        return nanos;
    }

    void ticks(int count) {
        for (int i = 0; i < count; i++) {
            nanos += TICK_NANOS;
            controller.tick();
        }
    }

    BlobPool pool(String name, Durability durability, FullPolicy full) {
        store.put(new BlobPoolOptions(name, 8, 128 * MIB, 64 * MIB, 0, durability, full));
        return store.pool(name).orElseThrow();
    }

    static byte[] content(int number) {
        byte[] bytes = new byte[BLOB_BYTES];
        new SplittableRandom(number).nextBytes(bytes);
        return bytes;
    }

    /// Fills a pool with bytes that cannot be compressed, ticking as it goes.
    ///
    /// @return how many blobs there are
    int fill(BlobPool pool, long bytes) {
        int blobs = 0;
        while ((long) blobs * BLOB_BYTES < bytes) {
            put(pool, blobs);
            blobs++;
            if (blobs % 500 == 0) {
                ticks(1);
            }
        }
        return blobs;
    }

    void put(BlobPool pool, int number) {
        assertInstanceOf(PutResult.Stored.class, tryPut(pool, number));
    }

    PutResult tryPut(BlobPool pool, int number) {
        byte[] content = content(number);
        BlobWrite write = pool.beginWrite("blob-" + number, BlobAttributes.NONE, content.length);
        CompletableFuture<PutResult> answer = new CompletableFuture<>();
        if (write.begin(() -> {}) == AppendOutcome.READY) {
            write.append(content, 0, content.length);
        }
        write.commit(answer::complete);
        return answer.join();
    }

    void delete(BlobPool pool, int number) {
        CompletableFuture<DeleteOutcome> gone = new CompletableFuture<>();
        pool.delete("blob-" + number, WriteCondition.ALWAYS, gone::complete);
        assertEquals(DeleteOutcome.DELETED, gone.join());
    }

    /// Reads a blob, from memory or from the journal, and compares it.
    void verify(BlobPool pool, int number) {
        OpenResult opened = pool.open("blob-" + number);
        if (opened instanceof OpenResult.NotInMemory) {
            opened = pool.fetch("blob-" + number);
        }
        BlobReader reader = assertInstanceOf(OpenResult.Found.class, opened).reader();
        byte[] bytes = new byte[BLOB_BYTES];
        assertEquals(ReadOutcome.OK, reader.readBlock(0, bytes, 0));
        assertEquals(List.of(), List.copyOf(differences(content(number), bytes)));
    }

    private static List<Integer> differences(byte[] expected, byte[] actual) {
        int at = Arrays.mismatch(expected, actual);
        return at < 0 ? List.of() : List.of(at);
    }

    @Override
    public void levelChanged(PressureLevel before, PressureView now) {
        told.add(before + " to " + now.level());
    }

    @Override
    public void released(List<StepTotals> did, PressureView now) {
        told.add("released " + did.size());
    }

    @Override
    public void limitChanged(long before, PressureView now) {
        told.add("limit " + (before >> 20) + " to " + (now.limitBytes() >> 20));
    }

    @Override
    public void shrunk(ShrinkReport report) {
        told.add("shrunk " + report.outcome());
    }

    @Override
    public void balloonChanged(BalloonView balloon) {
        told.add("balloon " + (balloon.wantedBytes() >> 20));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        controller.close();
        journal.awaitIdle();
        for (BlobPool pool : store.pools()) {
            assertEquals(List.of(), pool.check());
        }
        journal.close();
        store.close();
        engines.afterEach(context);
    }
}
