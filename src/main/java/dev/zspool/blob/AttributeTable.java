package dev.zspool.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Numbers for the content types and encodings that a pool's blobs have, so that a root holds a
/// byte instead of a string.
///
/// It never forgets one and takes at most {@link #MAX_IDS}; what comes later is written out in the
/// roots. Thread-safe: ids are read without a lock, a new one takes a lock that is a leaf.
final class AttributeTable {
    /// No id: the attribute is written out.
    static final int NO_ID = 0;

    static final int MAX_IDS = 1024;

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<String, Integer> ids = new HashMap<>();

    /// Grows by replacement; index 0 is not used.
    private volatile String[] values = {""};

    /// The id of a value, 1 to {@link #MAX_IDS}, or {@link #NO_ID} when the table is full.
    int idOf(String value) {
        lock.lock();
        try {
            Integer known = ids.get(value);
            if (known != null) {
                return known;
            }
            if (ids.size() == MAX_IDS) {
                return NO_ID;
            }
            String[] more = Arrays.copyOf(values, values.length + 1);
            int id = values.length;
            more[id] = value;
            values = more;
            ids.put(value, id);
            return id;
        } finally {
            lock.unlock();
        }
    }

    /// The value of an id, null for one that was never given out.
    @Nullable String valueOf(int id) {
        String[] now = values;
        return id > NO_ID && id < now.length ? now[id] : null;
    }
}
