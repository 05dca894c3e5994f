package dev.zspool.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.zspool.page.OutOfAddressSpaceException;
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
/// Thread-safe. A pool is found without a lock; those who make and destroy pools take turns.
public final class BlobStore implements AutoCloseable {
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
    private final ReentrantLock lock = new ReentrantLock();

    /// Pools that are shut, and perhaps not quiet yet.
    @GuardedBy("lock")
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

    /// Makes a pool, or sets it up anew when it is there.
    public PutOutcome put(BlobPoolOptions options) {
        lock.lock();
        try {
            BlobPool present = pools.get(options.name());
            if (present != null) {
                if (present.options().chainSize() != options.chainSize()) {
                    return PutOutcome.OTHER_CHAIN_SIZE;
                }
                present.change(options);
                return PutOutcome.CHANGED;
            }
            if (pools.size() >= mostPools) {
                return PutOutcome.TOO_MANY;
            }
            BlobPool made;
            try {
                made = new BlobPool(host, options);
            } catch (NoFrameException | OutOfAddressSpaceException full) {
                return PutOutcome.OUT_OF_MEMORY;
            }
            pools.put(options.name(), made);
            listeners.forEach(listener -> listener.added(made));
            return PutOutcome.CREATED;
        } finally {
            lock.unlock();
        }
    }

    /// Destroys a pool. Who is about to read or write in it finds nothing any more; a body that is
    /// half sent breaks off.
    ///
    /// @param evenIfNotEmpty whether its blobs may go with it
    public RemoveOutcome remove(String name, boolean evenIfNotEmpty) {
        if (!evenIfNotEmpty) {
            pool(name).ifPresent(BlobStore::sweep);
        }
        lock.lock();
        try {
            BlobPool pool = pools.get(name);
            if (pool == null) {
                return RemoveOutcome.MISSING;
            }
            if (evenIfNotEmpty) {
                pool.published.gate().shut();
            } else if (!pool.published.shutIfEmpty()) {
                return RemoveOutcome.NOT_EMPTY;
            }
            pools.remove(name);
            leaving.add(pool);
            listeners.forEach(listener -> listener.removed(pool));
        } finally {
            lock.unlock();
        }
        closeLeaving();
        return RemoveOutcome.REMOVED;
    }

    /// Writes a consistent copy of a pool to the data directory while traffic goes on. Waits for
    /// the disk: not for an event loop.
    ///
    /// @param name of the copy: 1 to 64 characters of `[A-Za-z0-9._-]`, not beginning with a point
    public SnapshotResult snapshot(String pool, String name) {
        return pools.containsKey(pool)
                ? new SnapshotResult.NotDurable()
                : new SnapshotResult.NoPool();
    }

    /// May take long in a large pool: not under the lock.
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
        lock.lock();
        try {
            return leaving.size();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable BlobPool takeQuiet() {
        lock.lock();
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
            lock.unlock();
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
        lock.lock();
        try {
            listeners.add(listener);
            pools.values().forEach(listener::added);
        } finally {
            lock.unlock();
        }
    }

    /// Closes all pools. Nobody may use them any more.
    @Override
    public void close() {
        lock.lock();
        try {
            leaving.addAll(pools.values());
            pools.clear();
            leaving.forEach(BlobPool::close);
            leaving.clear();
        } finally {
            lock.unlock();
        }
    }
}
