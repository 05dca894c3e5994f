package dev.zspool.page;

import java.util.concurrent.atomic.AtomicLong;

/// Whoever takes frames from an arena: a name for its accounts, and how its pages are moved.
///
/// Made by {@link PageArena#register}. The arena notes for every frame whose it is.
public final class PageOwner {
    private final int id;
    private final String name;
    private final MovablePages pages;

    private final AtomicLong ownedFrames = new AtomicLong();

    PageOwner(int id, String name, MovablePages pages) {
        this.id = id;
        this.name = name;
        this.pages = pages;
    }

    public String name() {
        return name;
    }

    int id() {
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

    @Override
    public String toString() {
        return "owner " + id + " " + name;
    }
}
