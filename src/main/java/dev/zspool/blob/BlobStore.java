package dev.zspool.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.page.OutOfAddressSpaceException;
import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalException;
import dev.zspool.persist.Snapshot;
import dev.zspool.persist.StoredPool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The pools of a service by name: made, found, set up anew and destroyed.
///
/// Thread-safe. A pool is found without a lock; those who make and destroy pools take turns, and
/// wait for the disk; nobody else waits for them.
public final class BlobStore implements AutoCloseable {
    /// How often making a pool is tried where others take the room that was made for it.
    private static final int MOST_TRIES = 8;

    /// Wants to know which pools there are. Called by whoever makes or destroys a pool, one call at
    /// a time; must not make or destroy pools itself.
    public interface Listener {
        /// A pool can be found from now on.
        void added(BlobPool pool);

        /// A pool cannot be found any more. Its numbers are zero from now on.
        void removed(BlobPool pool);
    }

    /// What became of the wish to have a pool set up.
    public enum PutOutcome {
        /// It was made.
        CREATED,
        /// It was there and is set up anew.
        CHANGED,
        /// It is there, and stays as somebody has set it up.
        UNCHANGED,
        /// It is there, with another chain size, which cannot change.
        OTHER_CHAIN_SIZE,
        /// It is there, and its blobs are in memory only and this would make them durable, or the
        /// reverse: that cannot change.
        OTHER_DURABILITY,
        /// The journal has no room to keep its definition.
        DISK_FULL,
        /// The journal cannot keep its definition.
        DISK_FAILED,
        /// There are as many pools as there may be.
        TOO_MANY,
        /// There is not even memory for an empty one.
        OUT_OF_MEMORY
    }

    /// What became of the wish to destroy a pool.
    public enum RemoveOutcome {
        /// It cannot be found any more; its memory is given back as soon as nobody is inside.
        REMOVED,
        /// There is none of that name.
        MISSING,
        /// It has blobs.
        NOT_EMPTY,
        /// The journal cannot forget it now.
        DISK_FAILED
    }

    /// What became of the wish to have a snapshot.
    public sealed interface SnapshotResult {
        /// It is written.
        ///
        /// @param directory where it lies, absolute
        /// @param lastSequence the number of the last write in it
        /// @param fileBytes the files' sizes; those that did not change since are shared
        /// @param blobs of the pool in it
        record Written(String name, Path directory, long lastSequence, long fileBytes, long blobs)
                implements SnapshotResult {}

        /// There is no such pool.
        record NoPool() implements SnapshotResult {}

        /// The pool's blobs are in memory only.
        record NotDurable() implements SnapshotResult {}

        /// There is a snapshot of that name.
        record Exists() implements SnapshotResult {}

        /// There is no room on the disk.
        record DiskFull() implements SnapshotResult {}

        /// The disk failed.
        record DiskFailed() implements SnapshotResult {}
    }

    private static final int SWEEP_BLOBS = 1024;

    private final BlobHost host;
    private final int mostPools;
    private final Map<String, BlobPool> pools = new ConcurrentHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /// Held by whoever changes which pools there are, and how they are set up, also while the disk
    /// keeps that. Nobody else takes it.
    private final ReentrantLock definitions = new ReentrantLock();

    /// Never held while somebody waits for the disk.
    private final ReentrantLock leavingLock = new ReentrantLock();

    /// Pools that are shut, and perhaps not quiet yet.
    @GuardedBy("leavingLock")
    private final List<BlobPool> leaving = new ArrayList<>();

    /// @param mostPools how many there may be at a time
    public BlobStore(BlobHost host, int mostPools) {
        this.host = host;
        this.mostPools = mostPools;
    }

    /// What the pools have in common.
    public BlobHost host() {
        return host;
    }

    /// How many pools there may be at a time.
    public int mostPools() {
        return mostPools;
    }

    /// Brings the pools back that the journal knows. Call it once, before anything else.
    ///
    /// @throws JournalException when they cannot be read
    /// @throws IllegalStateException when there is no memory even for empty ones
    public void restore() {
        definitions.lock();
        try {
            for (StoredPool stored : host.journal().map(Journal::pools).orElse(List.of())) {
                BlobPoolOptions options = PoolDefinitions.options(stored.definition());
                if (!isMade(options, PoolDefinitions.key(stored))) {
                    throw new IllegalStateException(
                            "No memory for pool " + options.name() + ": see zspool.arena.size");
                }
            }
            host.journal().ifPresent(journal -> journal.onDoubt(this::forget));
        } finally {
            definitions.unlock();
        }
    }

    /// Called on the committer's thread.
    private void forget(int poolId, long hash, String handle) {
        for (BlobPool pool : pools.values()) {
            if (pool.key.poolId() == poolId) {
                pool.order.forget(pool.names.of(handle));
            }
        }
    }

    /// Makes a pool from the configuration, or sets it up anew as that says now. One that somebody
    /// has set up by {@link #put} stays as it is.
    ///
    /// @return UNCHANGED for such a one, else as {@link #put}
    public PutOutcome configure(BlobPoolOptions options) {
        definitions.lock();
        try {
            BlobPool present = pools.get(options.name());
            return present != null && !present.key.isConfigured()
                    ? PutOutcome.UNCHANGED
                    : put(options, true);
        } finally {
            definitions.unlock();
        }
    }

    /// Makes a pool, or sets it up anew when it is there. Waits for the disk, if there is a
    /// journal.
    ///
    /// Where the other pools have taken all memory they make room for it, as for any write.
    public PutOutcome put(BlobPoolOptions options) {
        PutOutcome outcome = put(options, false);
        if (outcome != PutOutcome.OUT_OF_MEMORY) {
            return outcome;
        }
        // Not under the lock: whoever waits for a victim's slot is let go on here.
        RoomSearch search = new RoomSearch(RoomMaker.NOBODY, host.sharedRoom());
        int triesLeft = MOST_TRIES;
        while (outcome == PutOutcome.OUT_OF_MEMORY && triesLeft > 0 && search.makesTableRoom()) {
            // Each try is two writes to the disk.
            if (host.sharedRoom().freePages() >= RoomSearch.TABLE_PAGES) {
                triesLeft--;
                outcome = put(options, false);
            }
        }
        return outcome;
    }

    private PutOutcome put(BlobPoolOptions options, boolean isConfigured) {
        definitions.lock();
        try {
            BlobPool present = pools.get(options.name());
            if (present != null) {
                return change(present, options, isConfigured);
            }
            if (pools.size() >= mostPools) {
                return PutOutcome.TOO_MANY;
            }
            PoolKey key = keep(options, isConfigured);
            if (!isMade(options, key)) {
                forget(key);
                return PutOutcome.OUT_OF_MEMORY;
            }
            return PutOutcome.CREATED;
        } catch (JournalException failed) {
            return isFull(failed) ? PutOutcome.DISK_FULL : PutOutcome.DISK_FAILED;
        } finally {
            definitions.unlock();
        }
    }

    private static boolean isFull(JournalException failed) {
        return failed.reason() == JournalException.Reason.DISK_FULL;
    }

    private PutOutcome change(BlobPool present, BlobPoolOptions options, boolean isConfigured) {
        if (present.options().chainSize() != options.chainSize()) {
            return PutOutcome.OTHER_CHAIN_SIZE;
        }
        if (present.options().durability().isDurable() != options.durability().isDurable()) {
            return PutOutcome.OTHER_DURABILITY;
        }
        host.journal()
                .ifPresent(journal ->
                        journal.changePool(
                                present.key.poolId(),
                                PoolDefinitions.of(options, present.key.hashSeed(), isConfigured)));
        present.change(options);
        return PutOutcome.CHANGED;
    }

    private PoolKey keep(BlobPoolOptions options, boolean isConfigured) {
        PoolKey fresh = PoolKey.fresh(host);
        return host.journal()
                .map(journal ->
                        PoolDefinitions.key(
                                journal.createPool(
                                        PoolDefinitions.of(
                                                options, fresh.hashSeed(), isConfigured))))
                .orElse(fresh);
    }

    private void forget(PoolKey key) {
        host.journal().ifPresent(journal -> journal.removePool(key.poolId()));
    }

    /// @return false when there is no memory even for an empty one
    private boolean isMade(BlobPoolOptions options, PoolKey key) {
        BlobPool made;
        try {
            made = new BlobPool(host, options, key);
        } catch (NoFrameException | OutOfAddressSpaceException full) {
            return false;
        }
        pools.put(options.name(), made);
        listeners.forEach(listener -> listener.added(made));
        return true;
    }

    /// Destroys a pool. Who is about to read or write in it finds nothing any more; a body that is
    /// half sent breaks off.
    ///
    /// @param evenIfNotEmpty whether its blobs may go with it
    public RemoveOutcome remove(String name, boolean evenIfNotEmpty) {
        if (!evenIfNotEmpty) {
            pool(name).ifPresent(BlobStore::sweep);
        }
        definitions.lock();
        try {
            BlobPool pool = pools.get(name);
            if (pool == null) {
                return RemoveOutcome.MISSING;
            }
            if (evenIfNotEmpty) {
                pool.published.gate().shut();
            } else if (!pool.isShutAsEmpty()) {
                return RemoveOutcome.NOT_EMPTY;
            }
            forget(pool.key);
            pools.remove(name);
            leave(pool);
            listeners.forEach(listener -> listener.removed(pool));
        } catch (JournalException failed) {
            pool(name)
                    .ifPresent(stays -> {
                        stays.published.reopen();
                        stays.order.forgetMissed();
                    });
            return RemoveOutcome.DISK_FAILED;
        } finally {
            definitions.unlock();
        }
        closeLeaving();
        return RemoveOutcome.REMOVED;
    }

    /// Writes a consistent copy of a pool to the data directory while traffic goes on. Waits for
    /// the disk: not for an event loop.
    ///
    /// @param name of the copy: 1 to 64 characters of `[A-Za-z0-9._-]`, not beginning with a point
    public SnapshotResult snapshot(String pool, String name) {
        BlobPool found = pools.get(pool);
        if (found == null) {
            return new SnapshotResult.NoPool();
        }
        if (found.durable.isEmpty()) {
            return new SnapshotResult.NotDurable();
        }
        JournalBacking backing = found.durable.get().backing;
        try {
            Snapshot written = backing.journal().snapshot(name);
            return new SnapshotResult.Written(
                    name,
                    written.directory(),
                    written.lastSequence(),
                    written.fileBytes(),
                    written.blobsOf(backing.poolId()));
        } catch (JournalException failed) {
            return switch (failed.reason()) {
                case SNAPSHOT_EXISTS -> new SnapshotResult.Exists();
                case DISK_FULL -> new SnapshotResult.DiskFull();
                case FAILED, IN_USE, NEWER_FORMAT -> new SnapshotResult.DiskFailed();
            };
        }
    }

    /// May take long in a large pool: not under a lock.
    private static void sweep(BlobPool pool) {
        while (pool.keeper().sweepExpired(SWEEP_BLOBS) == SWEEP_BLOBS) {
            // There are more whose life is over.
        }
    }

    /// Takes pools apart that were destroyed and that nobody is inside any more. Somebody calls it
    /// now and then.
    ///
    /// @return how many are left
    public int closeLeaving() {
        // One by one: those behind one that cannot be closed are there for the next call.
        for (BlobPool quiet = takeQuiet(); quiet != null; quiet = takeQuiet()) {
            quiet.close();
        }
        leavingLock.lock();
        try {
            return leaving.size();
        } finally {
            leavingLock.unlock();
        }
    }

    private @Nullable BlobPool takeQuiet() {
        leavingLock.lock();
        try {
            for (Iterator<BlobPool> each = leaving.iterator(); each.hasNext(); ) {
                BlobPool pool = each.next();
                if (pool.published.gate().isQuiet()) {
                    each.remove();
                    return pool;
                }
            }
            return null;
        } finally {
            leavingLock.unlock();
        }
    }

    private void leave(BlobPool pool) {
        leavingLock.lock();
        try {
            leaving.add(pool);
        } finally {
            leavingLock.unlock();
        }
    }

    private void closeAllLeaving() {
        leavingLock.lock();
        try {
            leaving.forEach(BlobPool::close);
            leaving.clear();
        } finally {
            leavingLock.unlock();
        }
    }

    /// The pool of that name.
    public Optional<BlobPool> pool(String name) {
        return Optional.ofNullable(pools.get(name));
    }

    /// The pools in the order of their names.
    public List<BlobPool> pools() {
        return List.copyOf(new TreeMap<>(pools).values());
    }

    /// Tells of the pools that there are, and of all changes from then on.
    public void listen(Listener listener) {
        definitions.lock();
        try {
            listeners.add(listener);
            pools.values().forEach(listener::added);
        } finally {
            definitions.unlock();
        }
    }

    /// Closes all pools. Nobody may use them any more.
    @Override
    public void close() {
        definitions.lock();
        try {
            pools.values().forEach(this::leave);
            pools.clear();
            closeAllLeaving();
        } finally {
            definitions.unlock();
        }
    }
}
