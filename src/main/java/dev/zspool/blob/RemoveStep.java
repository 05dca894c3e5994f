package dev.zspool.blob;

import dev.zspool.persist.WriteOutcome;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A blob is removed.
final class RemoveStep extends WriteStep<DeleteOutcome> {
    private final Predicate<Present> isWanted;

    RemoveStep(
            WriteScope scope,
            BlobName name,
            Predicate<Present> isWanted,
            Consumer<DeleteOutcome> answer) {
        super(scope, name, answer);
        this.isWanted = isWanted;
    }

    /// Begins it under the slot.
    ///
    /// @param isBlind whether it goes whatever it is
    void begin(boolean isBlind) {
        if (isBlind) {
            guarded(() -> removed(Present.NOTHING, WriteOutcome.DURABLE));
        } else {
            guarded(() -> scope.lookUp(name(), present -> guarded(() -> decide(present))));
        }
    }

    private void decide(Present present) {
        if (present.isUnknown()) {
            end(DeleteOutcome.DISK_FAILED);
        } else if (!isWanted.test(present)) {
            end(DeleteOutcome.PRECONDITION_FAILED);
        } else if (scope.backing.isDurable() && present.meta().isPresent()) {
            scope.backing.remove(
                    present.meta().get(), outcome -> resumed(() -> removed(present, outcome)));
        } else {
            removed(present, WriteOutcome.DURABLE);
        }
    }

    private void removed(Present present, WriteOutcome outcome) {
        switch (outcome) {
            case DURABLE -> {
                PublishedBlobs.Before before =
                        scope.gate()
                                .inside(
                                        () -> scope.published.remove(name()),
                                        PublishedBlobs.Before.GONE);
                if (before == PublishedBlobs.Before.GONE && scope.backing.isDurable()) {
                    scope.miss(name(), BlobIndex.NONE);
                }
                if (present.isAbsent()) {
                    scope.backing.isBack();
                }
                boolean wasThere =
                        before == PublishedBlobs.Before.ALIVE
                                || (!present.isInMemory() && present.isAlive());
                end(wasThere ? DeleteOutcome.DELETED : DeleteOutcome.MISSING);
            }
            case POOL_GONE -> end(DeleteOutcome.MISSING);
            case DISK_FULL, FAILED, SOURCE_FAILED -> end(DeleteOutcome.DISK_FAILED);
        }
    }

    @Override
    void fail() {
        end(DeleteOutcome.PRECONDITION_FAILED);
    }
}
