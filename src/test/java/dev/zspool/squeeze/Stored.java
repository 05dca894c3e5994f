package dev.zspool.squeeze;

import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// The keys whose writes were acknowledged, for writers and readers at the same time.
final class Stored {
    private final ReentrantLock lock = new ReentrantLock();
    private final BitSet present = new BitSet();
    private int[] keys = new int[1024];
    private int count;

    void add(int key) {
        lock.lock();
        try {
            if (count == keys.length) {
                keys = Arrays.copyOf(keys, 2 * count);
            }
            keys[count++] = key;
            present.set(key);
        } finally {
            lock.unlock();
        }
    }

    /// One of the newest keys, -1 when there is none.
    ///
    /// @param most among how many
    int any(RandomGenerator random, int most) {
        lock.lock();
        try {
            return count == 0 ? -1 : keys[count - 1 - random.nextInt(Math.min(most, count))];
        } finally {
            lock.unlock();
        }
    }

    /// Some key that is nobody's any more, -1 when there is none.
    int take(RandomGenerator random) {
        lock.lock();
        try {
            if (count == 0) {
                return -1;
            }
            int at = random.nextInt(count);
            int key = keys[at];
            keys[at] = keys[--count];
            present.clear(key);
            return key;
        } finally {
            lock.unlock();
        }
    }

    boolean has(int key) {
        lock.lock();
        try {
            return present.get(key);
        } finally {
            lock.unlock();
        }
    }

    int[] all() {
        lock.lock();
        try {
            return present.stream().toArray();
        } finally {
            lock.unlock();
        }
    }
}
