package dev.zspool.blob;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.zspool.zsmalloc.ZsPool;
import java.util.ArrayList;
import java.util.Arrays;
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
/// - I-20: the queue of ends is in order, and has an entry for every blob with an end.
///
/// Content is not decoded: its damage is found by whoever reads it. No write may be under way. Of
/// one call.
final class BlobChecker {
    private static final int MOST_VIOLATIONS = 100;

    private final BlobParts parts;
    private final BlobIndex index;
    private final BlobCounters counters;
    private final ExpiryQueue expiry;
    private final BlobNames names;
    private final List<String> violations = new ArrayList<>();
    private final byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];
    private final BlobCounters counted = new BlobCounters();
    private long objects;
    private long[] ends = new long[16];
    private int endCount;

    BlobChecker(
            BlobParts parts,
            BlobIndex index,
            BlobCounters counters,
            ExpiryQueue expiry,
            BlobNames names) {
        this.parts = parts;
        this.index = index;
        this.counters = counters;
        this.expiry = expiry;
        this.names = names;
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
        expectSum("expiring blobs", counters.expiringBlobs.sum(), counted.expiringBlobs.sum());
        expiry.check(violations);
        checkEnds();
        return violations;
    }

    /// Each blob's entry must be in the queue; sorted, both are walked side by side.
    private void checkEnds() {
        long[] wanted = Arrays.copyOf(ends, endCount);
        long[] queued = new long[Math.toIntExact(expiry.size())];
        int count = expiry.copy(0, queued);
        Arrays.sort(wanted);
        Arrays.sort(queued, 0, count);
        int at = 0;
        for (long end : wanted) {
            while (at < count && queued[at] < end) {
                at++;
            }
            if (at == count || queued[at] != end) {
                report("I-20 root %d: its end is not in the queue", ExpiryQueue.rootHandle(end));
                return;
            }
            at++;
        }
    }

    private void noteEnd(BlobInfo info, long handle) {
        if (info.expiresEpochMillis() != BlobInfo.NEVER_EXPIRES) {
            if (endCount == ends.length) {
                ends = Arrays.copyOf(ends, 2 * endCount);
            }
            ends[endCount++] = ExpiryQueue.entry(info.expiresEpochMillis(), handle);
        }
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
        BlobName name = names.of(info.handle());
        expect(
                (int) (name.hash() >>> Integer.SIZE) == tag
                        && index.find(name.hash(), new RootProbe(parts.pool(), name.characters()))
                                == handle,
                "I-15 root %d: it is that of %s, which leads elsewhere",
                handle,
                info.handle());
        noteEnd(info, handle);
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
