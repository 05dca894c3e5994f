package dev.zspool.blob;

import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.Journal;
import dev.zspool.persist.WriteOutcome;
import java.util.Optional;
import java.util.function.Consumer;

/// A blob is written again as it is. Until that is done it stays in memory: nothing else has it.
final class RepairStep extends WriteStep<RepairOutcome> {
    /// Instead of a root: the pool is perhaps about to go.
    private static final long GONE = Long.MIN_VALUE;

    private final BlobMeta damaged;

    RepairStep(WriteScope scope, BlobName name, BlobMeta damaged, Consumer<RepairOutcome> then) {
        super(scope, name, then);
        this.damaged = damaged;
    }

    /// Begins it under the slot.
    void begin() {
        guarded(() -> write(scope.gate().inside(this::soundRoot, GONE)));
    }

    private long soundRoot() {
        RootProbe probe = scope.published.probe(name());
        long root = scope.published.findAny(name(), probe);
        boolean isSame =
                root != BlobIndex.NONE
                        && probe.isSound()
                        && ObjectLayout.sequence(ObjectLayout.longAt(probe.root(), 0))
                                == damaged.sequence();
        return isSame && isSound(root) ? root : BlobIndex.NONE;
    }

    /// Damage must not be written as if it were sound.
    private boolean isSound(long root) {
        RootPieces pieces = new RootPieces(scope.parts, root);
        StoredPieces verifier = new StoredPieces(scope.parts.compressor());
        byte[] piece = new byte[Journal.MAX_PIECE_BYTES];
        boolean isSound = true;
        for (int n = 0; n < damaged.pieces() && isSound; n++) {
            int length = pieces.readInside(n, piece);
            isSound = length >= 0 && verifier.isSound(damaged, n, piece, length);
        }
        return isSound;
    }

    private void write(long root) {
        if (root == GONE) {
            fail();
        } else if (root == BlobIndex.NONE) {
            scope.backing.noteDamage(name(), false);
            end(RepairOutcome.NOT_IN_MEMORY);
        } else {
            scope.backing.noteDamage(name(), true);
            RootDraft draft = RootDraft.restored(JournalFormat.info(damaged));
            draft.accept(
                    draft.info(),
                    ContentKind.of(draft.info(), damaged.kind() == JournalFormat.KIND_FILLED));
            scope.backing.store(
                    name(),
                    root,
                    draft,
                    Optional.of(damaged.corrupted()),
                    outcome -> resumed(() -> written(outcome)));
        }
    }

    private void written(WriteOutcome outcome) {
        end(outcome == WriteOutcome.DURABLE ? RepairOutcome.REPAIRED : RepairOutcome.FAILED);
    }

    @Override
    void fail() {
        end(RepairOutcome.FAILED);
    }
}
