package dev.zspool.crash;

import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.DeleteOutcome;
import dev.zspool.blob.Durability;
import dev.zspool.blob.EvictionTarget;
import dev.zspool.blob.FullPolicy;
import dev.zspool.blob.WriteRequest;
import dev.zspool.page.Pace;
import dev.zspool.testkit.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Damage seen by those who use pools of blobs: settings, content, type, encoding, entity tag and
/// ends, read from the disk and after warming up, listed, changed, and all of it after one more
/// restart.
final class StoreTarget implements FlipTarget {
    private static final long MIB = 1L << 20;
    private static final String SYNC = "sync";
    private static final String ASYNC = "async";
    private static final Instant WRITTEN = Instant.ofEpochSecond(1_700_000_000);
    private static final long MORTAL_MILLIS = 10_000;
    private static final Duration LATER = Duration.ofSeconds(60);

    /// Empty, one byte, all the same, in the root, chunks, pieces.
    private static final int[] SIZES = {0, 1, 700, 786, 9_000, 70_000, 300_000};

    private static final int BLOBS = 21;
    private static final int WARM_UP_BLOBS = 64;

    private final FlipBlobs written = new FlipBlobs();
    private final List<String> handles = new ArrayList<>();

    @Override
    public void write(Path directory, Moment moment) throws IOException, InterruptedException {
        try (FlipStore store = new FlipStore(directory, new TestClock(WRITTEN))) {
            written.define(store, options(SYNC, 4 * MIB, Durability.SYNC, 0));
            written.define(store, options(ASYNC, 2 * MIB, Durability.ASYNC, 3_600_000));
            written.define(store, options("memory", MIB, Durability.NONE, 5_000));
            written.define(store, options("gone", MIB, Durability.SYNC, 0));
            for (int i = 0; i < BLOBS; i++) {
                String handle = i == 0 ? "~".repeat(128) : "h." + i + "_~";
                handles.add(handle);
                put(store, SYNC, handle, i);
                put(store, i % 2 == 0 ? ASYNC : "gone", handle, i);
                put(store, "memory", handle, i);
            }
            for (int i = 0; i < BLOBS; i++) {
                if (i % 4 == 1) {
                    put(store, SYNC, handles.get(i), i + BLOBS);
                } else if (i % 4 == 2) {
                    written.delete(store, SYNC, handles.get(i));
                }
            }
            written.define(store, options(SYNC, 5 * MIB, Durability.SYNC, 0));
            written.destroy(store, "gone");
            written.forget(store.pool("memory"));
            BlobPool sync = store.pool(SYNC);
            sync.keeper().eviction().run(EvictionTarget.poolBytes(MIB / 4), Pace.FULL_SPEED);
            sync.keeper().saveResidents();
            moment.come();
        }
    }

    private static BlobPoolOptions options(
            String name, long limitBytes, Durability durability, long ttlMillis) {
        return new BlobPoolOptions(
                name,
                8,
                limitBytes,
                MIB,
                ttlMillis,
                durability,
                durability == Durability.NONE ? FullPolicy.EVICT : FullPolicy.REJECT);
    }

    private void put(FlipStore store, String pool, String handle, int number) {
        WriteRequest request = WriteRequest.of(handle, attributes(number), -1);
        boolean isMortal = number % 6 == 5;
        written.put(
                store,
                pool,
                isMortal ? request.livingFor(MORTAL_MILLIS) : request,
                content(number));
    }

    private static BlobAttributes attributes(int number) {
        return switch (number % 3) {
            case 0 -> BlobAttributes.NONE;
            case 1 -> new BlobAttributes("text/plain; charset=\"utf-8\"; n=" + number, null);
            default -> new BlobAttributes("application/x-" + number, "gzip");
        };
    }

    private static byte[] content(int number) {
        byte[] content = new byte[SIZES[number % SIZES.length]];
        switch (number % 3) {
            case 0 -> Arrays.fill(content, (byte) number);
            case 1 -> {
                byte[] line = ("the line " + number + " again\n").getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < content.length; i++) {
                    content[i] = line[i % line.length];
                }
            }
            default -> new SplittableRandom(number).nextBytes(content);
        }
        return content;
    }

    @Override
    public FlipFindings look(Path directory) {
        FlipFindings findings = new FlipFindings();
        FlipBlobs expected = new FlipBlobs(written);
        TestClock clock = new TestClock(WRITTEN.plus(LATER));
        try (FlipStore store = new FlipStore(directory, clock)) {
            FlipLook look = new FlipLook(store, expected, clock.millis(), findings);
            look.atEverything(handles);
            warmUp(store);
            look.atEverything(handles);
            scrub(store);
            look.atEverything(handles);
            change(store, expected, clock.millis(), findings);
        }
        clock.advance(LATER);
        try (FlipStore store = new FlipStore(directory, clock)) {
            warmUp(store);
            new FlipLook(store, expected, clock.millis(), findings).atEverything(handles);
        }
        return findings;
    }

    private static void warmUp(FlipStore store) {
        for (BlobPool pool : store.store().pools()) {
            boolean isMore = true;
            while (isMore) {
                isMore = pool.keeper().warmUp(WARM_UP_BLOBS);
            }
        }
    }

    private static void scrub(FlipStore store) {
        for (BlobPool pool : store.store().pools()) {
            pool.keeper().scrub(Pace.FULL_SPEED);
        }
    }

    /// New content, deletions and settings: also where damage is.
    private void change(
            FlipStore store, FlipBlobs expected, long nowMillis, FlipFindings findings) {
        for (int i = 0; i < BLOBS; i++) {
            String handle = handles.get(i);
            if (i % 3 == 0) {
                expected.put(
                        store,
                        SYNC,
                        WriteRequest.of(handle, attributes(i + 1), -1),
                        content(i + 2 * BLOBS));
            } else if (i % 3 == 1) {
                boolean wasThere = FlipLook.isAlive(expected.of(SYNC).get(handle), nowMillis);
                DeleteOutcome outcome = expected.delete(store, SYNC, handle);
                if (wasThere && outcome == DeleteOutcome.MISSING) {
                    findings.silent(handle + " is not there to be deleted");
                }
            }
        }
    }
}
