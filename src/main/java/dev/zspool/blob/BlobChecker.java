package dev.zspool.blob;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.zspool.zsmalloc.ZsPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A read-only walk over all blobs of a pool that names every broken invariant
/// (`docs/invariants.md`):
///
/// - I-15: every entry of the index leads to an undamaged root, and a look for that root's handle
///   finds it.
/// - I-16: every object behind a root is there and has the root's sequence and its own position;
///   the pool has these objects and no other. (So no object belongs to two blobs.)
/// - I-17: the counters are what the roots say.
///
/// Content is not decoded: its damage is found by whoever reads it. No write may be under way. Of
/// one call.
final class BlobChecker {
    private static final int MOST_VIOLATIONS = 100;

    private final BlobParts parts;
    private final BlobIndex index;
    private final BlobCounters counters;
    private final long hashSeed;
    private final List<String> violations = new ArrayList<>();
    private final byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];
    private final BlobCounters counted = new BlobCounters();
    private long objects;

    BlobChecker(BlobParts parts, BlobIndex index, BlobCounters counters, long hashSeed) {
        this.parts = parts;
        this.index = index;
        this.counters = counters;
        this.hashSeed = hashSeed;
    }

    List<String> check() {
        for (long entry : index.allEntries()) {
            checkRoot(IndexSegment.tag(entry), IndexSegment.handle(entry));
        }
        long live = parts.pool().stats().liveObjects();
        expect(live == objects, "I-16 pool: %d objects, %d of them of blobs", live, objects);
        expectSum("logical bytes", counters.logicalBytes.sum(), counted.logicalBytes.sum());
        expectSum("stored bytes", counters.storedBytes.sum(), counted.storedBytes.sum());
        expectSum("filled blobs", counters.filledBlobs.sum(), counted.filledBlobs.sum());
        expectSum("raw blobs", counters.rawBlobs.sum(), counted.rawBlobs.sum());
        return violations;
    }

    private void checkRoot(int tag, long handle) {
        int length = parts.pool().read(handle, object, 0);
        if (length == ZsPool.NOT_LIVE || !RootView.isSound(object, length)) {
            report("I-15 root %d: not there, or damaged", handle);
            return;
        }
        RootView root = new RootView(parts.attributes());
        root.parse(object);
        BlobInfo info = root.info();
        BlobName name = new BlobName(info.handle(), hashSeed);
        expect(
                (int) (name.hash() >>> Integer.SIZE) == tag
                        && index.find(name.hash(), new RootProbe(parts.pool(), name.characters()))
                                == handle,
                "I-15 root %d: it is that of %s, which leads elsewhere",
                handle,
                info.handle());
        counted.published(info, ContentKind.of(root));
        int behind = parts.objects().countContent(root);
        if (behind < 0) {
            report("I-16 blob %s: an object of it is gone, or another one's", info.handle());
        } else {
            objects += 1 + behind;
        }
    }

    private void expectSum(String what, long counter, long sum) {
        expect(counter == sum, "I-17 %s: %d counted, %d by the roots", what, counter, sum);
    }

    @FormatMethod
    private void expect(boolean holds, @FormatString String violation, Object... arguments) {
        if (!holds) {
            report(violation, arguments);
        }
    }

    @FormatMethod
    private void report(@FormatString String violation, Object... arguments) {
        if (violations.size() < MOST_VIOLATIONS) {
            violations.add(String.format(Locale.ROOT, violation, arguments));
        }
    }
}
