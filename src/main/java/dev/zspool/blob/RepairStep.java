package dev.zspool.blob;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.WriteOutcome;
import java.util.Optional;
import java.util.function.Consumer;

/// A blob is written again as it is.
final class RepairStep extends WriteStep<Boolean> {
    private final BlobMeta damaged;

    RepairStep(WriteScope scope, BlobName name, BlobMeta damaged, Consumer<Boolean> then) {
        super(scope, name, then);
        this.damaged = damaged;
    }

    /// Begins it under the slot.
    void begin() {
        guarded(() -> write(scope.gate().inside(this::rootInMemory, BlobIndex.NONE)));
    }

    private long rootInMemory() {
        RootProbe probe = scope.published.probe(name());
        long root = scope.published.findAny(name(), probe);
        boolean isSame =
                root != BlobIndex.NONE
                        && probe.isSound()
                        && ObjectLayout.sequence(ObjectLayout.longAt(probe.root(), 0))
                                == damaged.sequence();
        return isSame ? root : BlobIndex.NONE;
    }

    private void write(long root) {
        if (root == BlobIndex.NONE) {
            end(false);
            return;
        }
        RootDraft draft = RootDraft.restored(JournalFormat.info(damaged));
        draft.accept(
                draft.info(),
                ContentKind.of(draft.info(), damaged.kind() == JournalFormat.KIND_FILLED));
        scope.backing.store(
                name(),
                root,
                draft,
                Optional.of(damaged.corrupted()),
                outcome -> resumed(() -> end(outcome == WriteOutcome.DURABLE)));
    }

    @Override
    void fail() {
        end(false);
    }
}
