package dev.zspool.stress;

import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobReader;
import dev.zspool.blob.DeleteOutcome;
import dev.zspool.blob.OpenResult;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.ReadOutcome;
import dev.zspool.blob.WriteCondition;
import dev.zspool.blob.WriteRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Writes and reads handles of its own, of which it knows at any time what they must have, whatever
/// failed; and reads and writes those that all have.
final class DurableClient {
    private static final int HANDLES = 120;
    private static final int SHARED_HANDLES = 60;
    private static final int COUNTERS = 3;
    private static final int MOST_AT_ONCE = 3;
    private static final long NOT_KNOWN = -1;

    /// What a handle of its own has.
    ///
    /// @param type of the content; empty when that is not known
    /// @param sequence {@link #NOT_KNOWN} for any
    /// @param end of its life; {@link #NOT_KNOWN} for any
    private record Version(String type, long sequence, long end) {
        static final Version ANY = new Version("", NOT_KNOWN, NOT_KNOWN);

        static Version of(BlobInfo info) {
            return new Version(
                    ChaosContent.typeOf(info), info.sequence(), info.expiresEpochMillis());
        }

        boolean isOf(BlobInfo info) {
            return (type.isEmpty() || type.equals(ChaosContent.typeOf(info)))
                    && (sequence == NOT_KNOWN || sequence == info.sequence());
        }
    }

    private final DurableChaos world;
    private final int me;
    private final Map<String, Version> model = new HashMap<>();
    private @Nullable BlobReader kept;
    private long lastId;

    DurableClient(DurableChaos world, int me) {
        this.world = world;
        this.me = me;
        this.lastId = (long) me << 40;
    }

    void step(SplittableRandom random) {
        BlobPool pool = world.pool(random);
        String own = "own-" + me + "-" + random.nextInt(HANDLES);
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> change(pool, own, 1, random);
            case 4 -> change(pool, own, 2 + random.nextInt(MOST_AT_ONCE - 1), random);
            case 5 -> changeShared(pool, random);
            case 6 -> readShared(pool, random);
            case 7 -> count(pool, "counter-" + random.nextInt(COUNTERS));
            case 8 -> readKept();
            default -> readOwn(pool, own);
        }
    }

    private ChaosContent content(SplittableRandom random) {
        return ChaosContent.random(++lastId, random);
    }

    // --- Handles of its own --------------------------------------------------------------------

    /// A write that is under way.
    private final class Change implements WriteCondition {
        /// Null for a deletion.
        private final @Nullable ChaosContent content;

        private final int kind;
        private final long before = world.latestMillis();
        private final AtomicReference<@Nullable Optional<BlobInfo>> seen = new AtomicReference<>();
        private CompletableFuture<?> answer = new CompletableFuture<>();

        Change(SplittableRandom random) {
            content = random.nextInt(4) == 0 ? null : content(random);
            kind = random.nextInt(6);
        }

        void begin(BlobPool pool, String handle, SplittableRandom random) {
            WriteCondition condition = kind < 3 ? WriteCondition.ALWAYS : this;
            if (content == null) {
                CompletableFuture<DeleteOutcome> deleted = new CompletableFuture<>();
                pool.delete(handle, condition, deleted::complete);
                answer = deleted;
            } else {
                long ttl =
                        random.nextInt(3) == 0 ? 1 + random.nextLong(400) : WriteRequest.POOL_TTL;
                answer =
                        content.store(
                                pool,
                                WriteRequest.of(handle, BlobAttributes.NONE, 0)
                                        .livingFor(ttl)
                                        .onlyIf(condition));
            }
        }

        @Override
        public boolean allows(Optional<BlobInfo> published) {
            seen.set(published);
            return kind == 3 || published.isPresent() == (kind == 4);
        }

        /// What is there now, by what was there before.
        @Nullable Version end(String handle, @Nullable Version present, long faultsBefore) {
            Object outcome = answer.orTimeout(60, TimeUnit.SECONDS).join();
            String what = handle + " had " + present + ", " + content + ": " + outcome;
            boolean isAlive = isAlive(present);
            boolean isDead = isDead(present, before);
            Optional<BlobInfo> looked = seen.get();
            if (looked != null) {
                ChaosViolation.unless(
                        looked.isPresent() ? !isDead : !isAlive, what + ", saw " + looked);
                ChaosViolation.unless(
                        looked.isEmpty() || present == null || present.isOf(looked.get()),
                        what + ", saw " + looked);
            }
            boolean isRefused =
                    outcome instanceof PutResult.PreconditionFailed
                            || outcome == DeleteOutcome.PRECONDITION_FAILED;
            boolean isAllowed = looked == null ? kind < 3 : allows(looked);
            ChaosViolation.unless(
                    looked == null ? !isRefused : isRefused != isAllowed, what + " " + looked);
            return switch (outcome) {
                case PutResult.Stored(BlobInfo info, boolean created) -> {
                    ChaosViolation.unless(created ? !isAlive : !isDead, what);
                    yield Version.of(info);
                }
                case PutResult.DiskFailed _ -> {
                    expectFaults(faultsBefore, what);
                    yield content != null && world.isApplied(content.type())
                            ? new Version(content.type(), NOT_KNOWN, NOT_KNOWN)
                            : present;
                }
                case PutResult.PoolGone _ -> throw new ChaosViolation(what);
                case PutResult _ -> present;
                case DeleteOutcome.DELETED -> {
                    ChaosViolation.unless(!isDead, what);
                    yield null;
                }
                case DeleteOutcome.MISSING -> {
                    ChaosViolation.unless(!isAlive, what);
                    yield null;
                }
                case DeleteOutcome.DISK_FAILED -> {
                    expectFaults(faultsBefore, what);
                    yield afterFailedRemoval(present);
                }
                default -> present;
            };
        }

        private @Nullable Version afterFailedRemoval(@Nullable Version present) {
            if (present == null) {
                return null;
            }
            if (present.sequence() == NOT_KNOWN) {
                return Version.ANY;
            }
            return world.isApplied(ChaosJournal.removed(present.sequence())) ? null : present;
        }
    }

    private void change(BlobPool pool, String handle, int writes, SplittableRandom random) {
        long faultsBefore = world.faults();
        List<Change> changes = new ArrayList<>();
        for (int n = 0; n < writes; n++) {
            Change change = new Change(random);
            changes.add(change);
            change.begin(pool, handle, random);
        }
        String key = pool.name() + "/" + handle;
        Version now = model.get(key);
        for (Change change : changes) {
            now = change.end(key, now, faultsBefore);
        }
        if (now == null) {
            model.remove(key);
        } else {
            model.put(key, now);
        }
        world.wrote(writes);
        if (world.faults() != faultsBefore) {
            settle(pool, handle);
        }
    }

    /// Returns behind everything that was about to happen to a handle.
    private static void settle(BlobPool pool, String handle) {
        CompletableFuture<DeleteOutcome> behind = new CompletableFuture<>();
        pool.delete(handle, published -> false, behind::complete);
        behind.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private void expectFaults(long faultsBefore, String what) {
        ChaosViolation.unless(world.hasFaultsSince(faultsBefore), what + " without a fault");
    }

    private boolean isAlive(@Nullable Version version) {
        return version != null
                && (version.end == BlobInfo.NEVER_EXPIRES || version.end > world.latestMillis());
    }

    private static boolean isDead(@Nullable Version version, long latestBefore) {
        return version == null
                || (version.end > BlobInfo.NEVER_EXPIRES
                        && version.end <= latestBefore - DurableChaos.MOST_MILLIS_BACK);
    }

    private void readOwn(BlobPool pool, String handle) {
        String key = pool.name() + "/" + handle;
        Version present = model.get(key);
        long latestBefore = world.latestMillis();
        long faultsBefore = world.faults();
        OpenResult opened = open(pool, handle);
        String what = key + " has " + present + ", and is " + opened;
        switch (opened) {
            case OpenResult.Found(BlobReader reader) -> {
                what += " " + reader.info();
                ChaosViolation.unless(
                        present != null
                                && present.isOf(reader.info())
                                && !isDead(present, latestBefore),
                        what);
                model.put(key, Version.of(reader.info()));
                ReadOutcome outcome = ChaosContent.read(reader);
                kept = reader;
                world.read(reader.mayBlock());
                switch (outcome) {
                    case OK -> {}
                    case UNREADABLE -> expectFaults(faultsBefore, what);
                    case REPLACED ->
                            ChaosViolation.unless(
                                    !isAlive(model.get(key)), what + " reads " + outcome);
                    default -> throw new ChaosViolation(what + " reads " + outcome);
                }
            }
            case OpenResult.Missing _ -> {
                ChaosViolation.unless(!isAlive(present), what);
                if (present != null && present.end == NOT_KNOWN) {
                    model.remove(key);
                }
            }
            case OpenResult.Unreadable _ -> expectFaults(faultsBefore, what);
            default -> throw new ChaosViolation(what);
        }
    }

    private static OpenResult open(BlobPool pool, String handle) {
        OpenResult opened = pool.open(handle);
        return opened instanceof OpenResult.NotInMemory ? pool.fetch(handle) : opened;
    }

    /// Reads everything of its own.
    void readAll() {
        kept = null;
        for (String key : List.copyOf(model.keySet())) {
            int slash = key.indexOf('/');
            readOwn(world.pool(key.substring(0, slash)), key.substring(slash + 1));
        }
    }

    // --- Handles of all ------------------------------------------------------------------------

    private void changeShared(BlobPool pool, SplittableRandom random) {
        Change change = new Change(random);
        change.begin(pool, "shared-" + random.nextInt(SHARED_HANDLES), random);
        change.answer.orTimeout(60, TimeUnit.SECONDS).join();
        world.wrote(1);
    }

    private void readShared(BlobPool pool, SplittableRandom random) {
        String handle = "shared-" + random.nextInt(SHARED_HANDLES);
        long faultsBefore = world.faults();
        switch (open(pool, handle)) {
            case OpenResult.Found(BlobReader reader) -> {
                kept = reader;
                ChaosViolation.unless(reader.info().handle().equals(handle), "" + reader.info());
                readOn(reader);
                world.read(reader.mayBlock());
            }
            case OpenResult.Missing _ -> {}
            case OpenResult.Unreadable _ -> expectFaults(faultsBefore, handle);
            case OpenResult other -> throw new ChaosViolation(handle + " is " + other);
        }
    }

    private void readKept() {
        if (kept != null) {
            readOn(kept);
        }
    }

    private static void readOn(BlobReader reader) {
        ReadOutcome outcome = ChaosContent.read(reader);
        ChaosViolation.unless(
                outcome != ReadOutcome.CORRUPTED && outcome != ReadOutcome.EVICTED,
                reader.info() + " reads " + outcome);
    }

    /// Counts one up, if nobody else does: the count is the length of the content.
    private void count(BlobPool pool, String handle) {
        OpenResult opened = open(pool, handle);
        Optional<BlobInfo> present =
                opened instanceof OpenResult.Found found
                        ? Optional.of(found.reader().info())
                        : Optional.empty();
        if (opened instanceof OpenResult.Unreadable) {
            return;
        }
        int count = present.map(info -> (int) info.sizeBytes()).orElse(0);
        ChaosContent next = new ChaosContent(++lastId, count + 1);
        Object outcome =
                next.store(
                                pool,
                                WriteRequest.of(handle, BlobAttributes.NONE, 0)
                                        .onlyIf(now ->
                                                now.map(BlobInfo::sequence)
                                                        .equals(present.map(BlobInfo::sequence))))
                        .orTimeout(60, TimeUnit.SECONDS)
                        .join();
        if (outcome instanceof PutResult.Stored
                || (outcome instanceof PutResult.DiskFailed && world.isApplied(next.type()))) {
            world.counted(pool.name() + "/" + handle);
        }
    }
}
