package dev.zspool.blob;

import dev.zspool.persist.MetaResult;
import dev.zspool.zsmalloc.ZsPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Compares what a durable pool has in memory with what the journal has (`docs/invariants.md`).
///
/// - I-21: every blob in memory is in the journal, with the same sequence.
/// - I-22: no fewer blobs are counted as absent than are in the journal and not in memory.
///
/// No write may be under way. Of one call; waits for the disk.
final class DurabilityChecker {
    private static final int MOST_VIOLATIONS = 100;

    private final JournalBacking backing;
    private final BlobIndex index;
    private final BlobNames names;

    DurabilityChecker(JournalBacking backing, BlobIndex index, BlobNames names) {
        this.backing = backing;
        this.index = index;
        this.names = names;
    }

    List<String> check() {
        List<String> violations = new ArrayList<>();
        byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];
        for (long entry : index.allEntries()) {
            int length = backing.parts().pool().read(IndexSegment.handle(entry), object, 0);
            boolean isSound = length != ZsPool.NOT_LIVE && RootView.isSound(object, length);
            if (isSound && violations.size() < MOST_VIOLATIONS) {
                checkRoot(object, violations);
            }
        }
        long absent = backing.journal().totals(backing.poolId()).blobs() - index.entries();
        if (backing.absentBlobs() < absent) {
            violations.add(
                    String.format(
                            Locale.ROOT,
                            "I-22 %d blobs are absent, %d are counted",
                            absent,
                            backing.absentBlobs()));
        }
        return violations;
    }

    private void checkRoot(byte[] object, List<String> violations) {
        BlobName name = names.of(RootView.handle(object));
        long sequence = ObjectLayout.sequence(ObjectLayout.longAt(object, 0));
        MetaResult kept = backing.journal().readMeta(backing.poolId(), name.hash(), name.handle());
        if (!(kept instanceof MetaResult.Found found) || found.meta().sequence() != sequence) {
            violations.add(
                    String.format(
                            Locale.ROOT,
                            "I-21 blob %s: write %d is in memory, the journal has %s",
                            name.handle(),
                            sequence,
                            kept));
        }
    }
}
