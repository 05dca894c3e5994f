package dev.zspool.page;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Whoever takes frames from an arena: a name for its accounts, and how its pages are moved.
///
/// Made by {@link PageArena#register}. The arena notes for every frame whose it is.
public final class PageOwner {
    private final int id;
    private final String name;
    private final MovablePages pages;

    private final AtomicLong ownedFrames = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();

    @GuardedBy("lock")
    private int moves;

    @GuardedBy("lock")
    private boolean leaving;

    PageOwner(int id, String name, MovablePages pages) {
        this.id = id;
        this.name = name;
        this.pages = pages;
    }

    public String name() {
        return name;
    }

    /// Its number, from 1; another's when it has left.
    public int id() {
        return id;
    }

    MovablePages pages() {
        return pages;
    }

    /// How many frames it has, by the arena's count.
    public long ownedFrames() {
        return ownedFrames.get();
    }

    void addOwned(long frames) {
        ownedFrames.addAndGet(frames);
    }

    /// Begins the move of a page, for which the mover takes a frame in this owner's name; ends with
    /// {@link #endMove}, when the frame that was not needed is released.
    ///
    /// @return false when the owner is about to leave
    boolean beginMove() {
        lock.lock();
        try {
            moves += leaving ? 0 : 1;
            return !leaving;
        } finally {
            lock.unlock();
        }
    }

    void endMove() {
        lock.lock();
        try {
            moves--;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Lets no move begin any more, and waits until those that have begun are over.
    void endMoves() {
        lock.lock();
        try {
            leaving = true;
            while (moves > 0) {
                moved.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "owner " + id + " " + name;
    }
}
