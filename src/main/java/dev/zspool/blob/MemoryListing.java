package dev.zspool.blob;

import dev.zspool.zsmalloc.ZsPool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// Lists a pool whose blobs are all in memory.
///
/// A blob that is there all the time is listed exactly once, also if it is replaced meanwhile; one
/// that comes or goes meanwhile is listed once or not at all. Where the walk stands is a hash and
/// not a place, so that whatever happens to the index does not matter to it. It holds no lock
/// between two calls, pins nothing and takes memory for one segment of the index, whatever the size
/// of the pool. Not thread-safe; needs no closing.
final class MemoryListing implements BlobListing {
    private static final Comparator<Listed> ORDER =
            Comparator.<Listed>comparingLong(blob -> blob.hash() ^ Long.MIN_VALUE)
                    .thenComparing(blob -> blob.info().handle());

    /// Less than every handle.
    private static final String BEFORE_ALL = "";

    private final BlobParts parts;
    private final BlobCounters counters;
    private final StoredRoots roots;
    private final ToLongFunction<String> hashOf;
    private final IndexWalk walk;
    private final RootView root;

    /// The next blob has this hash and a greater handle, or a greater hash.
    private long fromHash;

    private String afterHandle = BEFORE_ALL;
    private boolean isAtEnd;

    private record Listed(long hash, BlobInfo info) {}

    /// @param after the handle behind which to begin; empty for the first
    MemoryListing(
            BlobParts parts,
            BlobIndex index,
            BlobCounters counters,
            StoredRoots roots,
            ToLongFunction<String> hashOf,
            Optional<String> after) {
        this.parts = parts;
        this.counters = counters;
        this.roots = roots;
        this.hashOf = hashOf;
        this.walk = new IndexWalk(index);
        this.root = new RootView(parts.attributes());
        after.ifPresent(handle -> {
            fromHash = hashOf.applyAsLong(handle);
            afterHandle = handle;
        });
    }

    /// Blobs of one segment of the index.
    @Override
    public List<BlobInfo> next(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit=" + limit);
        }
        int visit = isAtEnd ? PoolGate.SHUT : parts.gate().enter();
        if (visit == PoolGate.SHUT) {
            isAtEnd = true;
            return List.of();
        }
        try {
            return nextInside(limit);
        } finally {
            parts.gate().exit(visit);
        }
    }

    private List<BlobInfo> nextInside(int limit) {
        Part part = new Part(limit);
        long behind = walk.readPart(fromHash, part);
        List<Listed> listed = part.inOrder();
        if (listed.size() > limit) {
            Listed last = listed.get(limit - 1);
            fromHash = last.hash();
            afterHandle = last.info().handle();
            counters.corruptedReads.add(part.damagedBefore);
        } else {
            fromHash = behind;
            afterHandle = BEFORE_ALL;
            isAtEnd = behind == IndexWalk.END;
            counters.corruptedReads.add(part.damaged);
        }
        return listed.stream().limit(limit).map(Listed::info).toList();
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public boolean isUnreadable() {
        return false;
    }

    @Override
    public boolean isAtEnd() {
        return isAtEnd;
    }

    /// What one part of the index leads to. Blobs of one tag belong together, because only their
    /// roots know their order: so it may have more of them than were asked for.
    private final class Part implements IndexWalk.Visitor {
        private final int limit;
        private final List<Listed> blobs = new ArrayList<>();
        private final byte[] object = Scratch.get().root;
        private int damaged;
        private int damagedBefore;
        private int tag;

        Part(int limit) {
            this.limit = limit;
        }

        @Override
        public void begin() {
            blobs.clear();
            damaged = 0;
            damagedBefore = 0;
            tag = IndexSegment.tagOfHash(fromHash);
        }

        @Override
        public boolean visit(int entryTag, long rootHandle) {
            if (entryTag != tag) {
                if (blobs.size() >= limit) {
                    return false;
                }
                tag = entryTag;
                damagedBefore = damaged;
            }
            int length = parts.pool().read(rootHandle, object, 0);
            if (length == ZsPool.NOT_LIVE || !RootView.isSound(object, length)) {
                damaged++;
                return true;
            }
            if (!roots.isOver(object)) {
                root.parse(object);
                add(root.info());
            }
            return true;
        }

        /// The one place that decides whether a blob is listed.
        private void add(BlobInfo info) {
            long hash = hashOf.applyAsLong(info.handle());
            if (IndexSegment.tagOfHash(hash) != tag) {
                damaged++;
            } else if (isBehindCursor(hash, info.handle())) {
                blobs.add(new Listed(hash, info));
            }
        }

        private boolean isBehindCursor(long hash, String handle) {
            int order = Long.compareUnsigned(hash, fromHash);
            return order > 0 || (order == 0 && handle.compareTo(afterHandle) > 0);
        }

        List<Listed> inOrder() {
            blobs.sort(ORDER);
            return blobs;
        }
    }
}
