package dev.zspool.blob;

import dev.zspool.zsmalloc.ZsPool;

/// Looks whether a pool has any blob that is alive. One that is damaged counts as alive. Of one
/// call.
final class LiveBlobs implements IndexWalk.Visitor {
    private final BlobParts parts;
    private final StoredRoots roots;
    private final byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];
    private boolean isAny;

    private LiveBlobs(BlobParts parts, StoredRoots roots) {
        this.parts = parts;
        this.roots = roots;
    }

    /// Whether there is one. As quick as finding the first; where all are dead, it looks at each.
    static boolean areIn(BlobIndex index, BlobParts parts, StoredRoots roots) {
        LiveBlobs look = new LiveBlobs(parts, roots);
        IndexWalk walk = new IndexWalk(index);
        long from = 0;
        do {
            from = walk.readPart(from, look);
        } while (from != IndexWalk.END && !look.isAny);
        return look.isAny;
    }

    @Override
    public void begin() {
        isAny = false;
    }

    @Override
    public boolean visit(int tag, long rootHandle) {
        if (!isAny) {
            int length = parts.pool().read(rootHandle, object, 0);
            isAny =
                    length == ZsPool.NOT_LIVE
                            || !RootView.isSound(object, length)
                            || !roots.isOver(object);
        }
        return true;
    }
}
