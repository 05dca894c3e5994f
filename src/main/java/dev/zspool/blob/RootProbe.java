package dev.zspool.blob;

import dev.zspool.zsmalloc.ZsPool;

/// Reads roots into a thread's scratch memory and compares their handle with the one that is looked
/// for.
///
/// A root whose header does not match its hash counts as a match: its tag says that it is most
/// likely the one, and it must come to light as damaged and not as missing. Of one call; after a
/// match `scratch.root` holds the root.
final class RootProbe implements BlobIndex.Probe {
    private final ZsPool pool;
    private final byte[] handle;
    private final Scratch scratch = Scratch.get();
    private boolean isSound = true;
    private long lookedAt;

    RootProbe(ZsPool pool, byte[] handle) {
        this.pool = pool;
        this.handle = handle;
    }

    @Override
    public boolean isMatch(long rootHandle) {
        int length = pool.read(rootHandle, scratch.root, 0);
        if (length == ZsPool.NOT_LIVE) {
            isSound = true;
            return false;
        }
        isSound = RootView.isSound(scratch.root, length);
        lookedAt = rootHandle;
        return !isSound || RootView.isNamed(scratch.root, handle, handle.length);
    }

    /// Forgets what it saw: a root that looked damaged while it was being replaced is none.
    void forget() {
        isSound = true;
    }

    /// The handle of the root that matched last.
    long rootHandle() {
        return lookedAt;
    }

    /// The root that matched last.
    byte[] root() {
        return scratch.root;
    }

    /// Whether the header of the root that was looked at last matched its hash; true when there was
    /// none.
    @Override
    public boolean isSound() {
        return isSound;
    }
}
