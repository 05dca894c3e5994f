package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.Racers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Conditional writes of many threads on few handles, against a sequential model.
///
/// Each change that succeeded says which version it was to replace. So the changes of a handle must
/// form one chain from nothing to what is there in the end: every version is replaced or deleted at
/// most once, and by one that named it.
class BlobConditionRaceTest {
    private static final int THREADS = 8;
    private static final int HANDLES = 3;
    private static final int OPERATIONS = 400;
    private static final long NOTHING = 0;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    /// A change of a handle that succeeded.
    ///
    /// @param before the sequence of the version that it was to find, 0 for none
    /// @param after the sequence of the version that it made, 0 for a deletion
    private record Change(String handle, long before, long after) {}

    private static WriteCondition finds(long sequence) {
        return published -> sequenceOf(published) == sequence;
    }

    private static long sequenceOf(Optional<BlobInfo> published) {
        return published.map(BlobInfo::sequence).orElse(NOTHING);
    }

    private static long current(BlobRig rig, String handle) {
        return rig.pool().open(handle) instanceof OpenResult.Found found
                ? found.reader().info().sequence()
                : NOTHING;
    }

    private static PutResult put(BlobRig rig, String handle, int size, WriteCondition condition) {
        BlobWrite write =
                rig.pool()
                        .beginWrite(
                                WriteRequest.of(handle, BlobAttributes.NONE, size)
                                        .onlyIf(condition));
        return TestUpload.run(write, new byte[size], Integer.MAX_VALUE);
    }

    private static DeleteOutcome delete(BlobRig rig, String handle, WriteCondition condition)
            throws Exception {
        CompletableFuture<DeleteOutcome> answer = new CompletableFuture<>();
        rig.pool().delete(handle, condition, answer::complete);
        return answer.get(30, TimeUnit.SECONDS);
    }

    private static void operate(BlobRig rig, SplittableRandom random, List<Change> changes)
            throws Exception {
        String handle = "h" + random.nextInt(HANDLES);
        long seen = random.nextInt(5) == 0 ? NOTHING : current(rig, handle);
        if (seen != NOTHING && random.nextInt(3) == 0) {
            if (delete(rig, handle, finds(seen)) == DeleteOutcome.DELETED) {
                changes.add(new Change(handle, seen, NOTHING));
            }
            return;
        }
        int size = random.nextInt(20) == 0 ? 70_000 : random.nextInt(3_000);
        PutResult result = put(rig, handle, size, finds(seen));
        if (result instanceof PutResult.Stored stored) {
            changes.add(new Change(handle, seen, stored.info().sequence()));
            assertEquals(seen == NOTHING, stored.created());
        }
    }

    /// Follows the chain of each handle, and uses every change up.
    private static void assertSequential(BlobRig rig, List<Change> changes) {
        for (int index = 0; index < HANDLES; index++) {
            String handle = "h" + index;
            Map<Long, Long> next = new HashMap<>();
            int creations = 0;
            int deletions = 0;
            for (Change change : changes) {
                if (!change.handle().equals(handle)) {
                    continue;
                }
                creations += change.before() == NOTHING ? 1 : 0;
                deletions += change.after() == NOTHING ? 1 : 0;
                if (change.before() != NOTHING) {
                    Long other = next.put(change.before(), change.after());
                    assertEquals(null, other, () -> "replaced twice: " + change);
                }
            }
            long now = current(rig, handle);
            assertEquals(creations - deletions, now == NOTHING ? 0 : 1, handle);
            for (Change change : changes) {
                if (change.handle().equals(handle) && change.after() != NOTHING) {
                    boolean isLast = !next.containsKey(change.after());
                    assertEquals(change.after() == now, isLast, () -> "lost: " + change);
                }
            }
        }
    }

    @Test
    @DisplayName("every conditional write that succeeded saw the version that it named")
    void chains() {
        OpSequence.forEachSeed(
                "BlobConditionRaceTest#chains",
                3,
                OPERATIONS,
                sequence -> {
                    BlobRig rig = rigs.small(BlobRigs.options(), rigs.workers(2));
                    List<Change> changes = Collections.synchronizedList(new ArrayList<>());
                    Racers racers = new Racers();
                    for (int thread = 0; thread < THREADS; thread++) {
                        SplittableRandom random = sequence.split();
                        racers.add(() -> {
                            for (int each = 0; each < OPERATIONS; each++) {
                                operate(rig, random, changes);
                            }
                        });
                    }
                    racers.run();
                    assertSequential(rig, changes);
                    assertTrue(changes.size() > OPERATIONS / 2, changes.size() + " changes");
                    rig.assertSound();
                });
    }

    @Test
    @DisplayName("of many that create if there is nothing, one does")
    void oneCreator() throws InterruptedException {
        BlobRig rig = rigs.small(BlobRigs.options(), rigs.workers(2));
        int rounds = 300;
        List<AtomicInteger> creators = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            creators.add(new AtomicInteger());
        }
        Racers racers = new Racers();
        for (int thread = 0; thread < THREADS; thread++) {
            racers.add(() -> {
                for (int round = 0; round < rounds; round++) {
                    if (put(rig, "r" + round, 100, Optional::isEmpty) instanceof PutResult.Stored) {
                        creators.get(round).incrementAndGet();
                    }
                }
            });
        }
        racers.run();
        creators.forEach(count -> assertEquals(1, count.get()));
        rig.assertSound();
    }

    @Test
    @DisplayName("increments that name what they read are never lost")
    void increments() throws InterruptedException {
        BlobRig rig = rigs.small(BlobRigs.options(), rigs.workers(2));
        int each = 200;
        rig.store("counter", new byte[Long.BYTES]);
        Racers racers = new Racers();
        for (int thread = 0; thread < THREADS; thread++) {
            racers.add(() -> {
                for (int done = 0; done < each; done++) {
                    increment(rig);
                }
            });
        }
        racers.run();
        byte[] last = BlobRig.content(rig.reader("counter"));
        assertEquals((long) THREADS * each, ByteBuffer.wrap(last).getLong());
        rig.assertSound();
    }

    private static void increment(BlobRig rig) {
        PutResult result;
        do {
            BlobReader reader = rig.reader("counter");
            byte[] bytes = new byte[Long.BYTES];
            // Content this short is part of the root: it is of the version that was opened.
            assertEquals(ReadOutcome.OK, reader.readBlock(0, bytes, 0));
            ByteBuffer value = ByteBuffer.wrap(bytes);
            value.putLong(0, value.getLong(0) + 1);
            BlobWrite write =
                    rig.pool()
                            .beginWrite(
                                    WriteRequest.of("counter", BlobAttributes.NONE, bytes.length)
                                            .onlyIf(finds(reader.info().sequence())));
            result = TestUpload.run(write, bytes, bytes.length);
        } while (result instanceof PutResult.PreconditionFailed);
        BlobRig.stored(result);
    }
}
