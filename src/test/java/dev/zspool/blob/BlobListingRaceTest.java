package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.MoveOutcome;
import dev.zspool.page.Pace;
import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.Racers;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Lists of a pool while blobs come, go and are replaced, segments are split, merged and moved, and
/// objects are packed.
class BlobListingRaceTest {
    private static final int WRITERS = 2;
    private static final int LISTERS = 2;

    /// Blobs that are there all the time; every other one is replaced again and again.
    private static final int LASTING = 500;

    /// Blobs that come and go, so that segments are split and merged.
    private static final int CHURNED = 1_500;

    private static final int ROUNDS = 4;
    private static final int LISTS = 10;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger listing = new AtomicInteger();
    private final AtomicLong moves = new AtomicLong();

    private static String lasting(int nth) {
        return "lasting-" + nth;
    }

    private static String churned(int nth) {
        return "churned-" + nth;
    }

    /// How long a blob is tells which one it is, in whichever version.
    private static byte[] content(int nth, int version) {
        byte[] content = new byte[nth];
        for (int i = 0; i < nth; i++) {
            content[i] = (byte) (version * 31 + i * i);
        }
        return content;
    }

    @Test
    @DisplayName("what is there all the time is listed exactly once, what never was is not listed")
    void model() {
        OpSequence.forEachSeed("BlobListingRaceTest#model", 3, 1, this::run);
    }

    private void run(OpSequence sequence) throws InterruptedException {
        BlobRig rig = rigs.large(BlobRigs.options(), BlobRigs.INLINE);
        for (int nth = 0; nth < LASTING; nth++) {
            rig.store(lasting(nth), content(nth, 0));
        }
        running.set(WRITERS);
        listing.set(LISTERS);
        Racers racers = new Racers();
        for (int writer = 0; writer < WRITERS; writer++) {
            int first = writer;
            SplittableRandom random = sequence.split();
            racers.add(() -> write(rig, first, random));
        }
        for (int lister = 0; lister < LISTERS; lister++) {
            SplittableRandom random = sequence.split();
            racers.add(() -> {
                try {
                    for (int lists = 0; running.get() > 0 || lists < LISTS; lists++) {
                        list(rig, random);
                    }
                } finally {
                    listing.decrementAndGet();
                }
            });
        }
        racers.add(() -> {
            while (listing.get() > 0) {
                moveSegments(rig);
                rig.pool().compact(Pace.FULL_SPEED);
            }
        });
        racers.run();
        assertTrue(moves.get() > 0, "no segment was moved");
        assertEquals(0, rig.pool().stats().corruptedReads());
        rig.assertSound();
    }

    private void write(BlobRig rig, int first, SplittableRandom random) {
        try {
            for (int round = 0; round < ROUNDS; round++) {
                for (int nth = first; nth < CHURNED; nth += WRITERS) {
                    rig.store(churned(nth), content(nth % 100, round));
                    replaceSome(rig, first, random);
                }
                for (int nth = first; nth < CHURNED; nth += WRITERS) {
                    // Where the other writer holds the slot, it answers on his thread.
                    rig.pool().delete(churned(nth), WriteCondition.ALWAYS, outcome -> {});
                    replaceSome(rig, first, random);
                }
            }
        } finally {
            running.decrementAndGet();
        }
    }

    /// Each writer replaces a quarter of the lasting ones.
    private static void replaceSome(BlobRig rig, int first, SplittableRandom random) {
        int nth = random.nextInt(LASTING / 4) * 4 + first;
        rig.store(lasting(nth), content(nth, random.nextInt()));
    }

    private static void list(BlobRig rig, SplittableRandom random) {
        int most = 1 + random.nextInt(300);
        BitSet seen = new BitSet();
        Optional<String> last = Optional.empty();
        BlobListing listing = rig.pool().list(last);
        while (!listing.isAtEnd()) {
            for (BlobInfo blob : listing.next(1 + random.nextInt(most))) {
                assertTrue(last.isEmpty() || isBefore(last.get(), blob.handle()), "in order");
                last = Optional.of(blob.handle());
                note(blob, seen);
            }
            if (random.nextInt(4) == 0) {
                // As another request would go on, also where that blob is gone meanwhile.
                listing = rig.pool().list(last);
            }
        }
        assertEquals(LASTING, seen.cardinality(), "blobs that were there all the time");
    }

    private static void note(BlobInfo blob, BitSet seen) {
        int nth = Integer.parseInt(blob.handle().substring("lasting-".length()));
        if (blob.handle().equals(lasting(nth))) {
            assertEquals(nth, blob.sizeBytes(), blob.handle());
            assertTrue(nth < LASTING && !seen.get(nth), "once");
            seen.set(nth);
        } else {
            assertEquals(churned(nth), blob.handle());
            assertTrue(nth < CHURNED);
            assertEquals(nth % 100, blob.sizeBytes(), blob.handle());
        }
    }

    private static boolean isBefore(String one, String other) {
        long first = BlobRigs.NAMES.of(one).hash();
        long second = BlobRigs.NAMES.of(other).hash();
        return Long.compareUnsigned(first, second) < 0;
    }

    private void moveSegments(BlobRig rig) {
        BlobIndex index = rig.pool().index;
        int[] frames = index.directory().frames();
        for (int frame : List.of(frames[0], frames[frames.length - 1])) {
            if (index.mover.isolate(frame) == MoveOutcome.ISOLATED
                    && IndexMoves.migrate(rig.arena(), index, frame) == MoveOutcome.MIGRATED) {
                moves.incrementAndGet();
            }
        }
    }
}
