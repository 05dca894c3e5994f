package dev.zspool.blob;

import dev.zspool.persist.WriteOutcome;
import java.util.function.Consumer;

/// A blob is stored.
final class StoreStep extends WriteStep<PutResult> {
    private final long root;
    private final RootDraft draft;
    private final WriteCondition condition;

    StoreStep(
            WriteScope scope,
            BlobName name,
            long root,
            RootDraft draft,
            WriteCondition condition,
            Consumer<PutResult> answer) {
        super(scope, name, answer);
        this.root = root;
        this.draft = draft;
        this.condition = condition;
    }

    /// Begins it under the slot.
    void begin() {
        if (condition.equals(WriteCondition.ALWAYS) && !scope.backing.isDurable()) {
            guarded(() -> store(Present.NOTHING));
        } else {
            guarded(() -> scope.lookUp(name(), present -> guarded(() -> decide(present))));
        }
    }

    private void decide(Present present) {
        if (present.isUnknown()) {
            refuse(new PutResult.DiskFailed());
            return;
        }
        boolean isAllowed = false;
        try {
            isAllowed = condition.allows(present.info());
        } finally {
            if (!isAllowed) {
                refuse(new PutResult.PreconditionFailed());
            }
        }
        if (isAllowed) {
            store(present);
        }
    }

    private void store(Present present) {
        if (scope.gate().isShut()) {
            refuse(new PutResult.PoolGone());
            return;
        }
        scope.backing.store(
                name(),
                root,
                draft,
                present.known(),
                outcome -> resumed(() -> stored(present, outcome)));
    }

    private void stored(Present present, WriteOutcome outcome) {
        switch (outcome) {
            case DURABLE -> publish(present);
            case DISK_FULL -> refuse(new PutResult.DiskFull());
            case FAILED -> refuse(new PutResult.DiskFailed());
            case SOURCE_FAILED -> refuse(new PutResult.OutOfMemory());
            case POOL_GONE -> refuse(new PutResult.PoolGone());
        }
    }

    private void publish(Present present) {
        PublishedBlobs.Before before = PublishedBlobs.Before.NO_MEMORY;
        boolean isDone = false;
        try {
            before =
                    scope.gate()
                            .inside(
                                    () -> scope.published.put(name(), root, draft),
                                    PublishedBlobs.Before.GONE);
            isDone = true;
        } finally {
            if (!isDone || before == PublishedBlobs.Before.NO_MEMORY) {
                publishNot(present);
            }
        }
        if (before == PublishedBlobs.Before.GONE) {
            if (scope.backing.isDurable()) {
                scope.miss(name(), root);
            }
            end(new PutResult.PoolGone());
        } else if (before != PublishedBlobs.Before.NO_MEMORY) {
            if (present.isAbsent()) {
                scope.backing.isBack();
            }
            // A life may end while the disk is waited for: what the condition saw is what counts.
            boolean isReplaced =
                    present.info().isPresent() || before == PublishedBlobs.Before.ALIVE;
            end(new PutResult.Stored(draft.info(), !isReplaced));
        }
    }

    /// Memory is short for a blob that is stored already, if anything is stored at all: then it is
    /// read from there, and the one before it must not be.
    private void publishNot(Present present) {
        if (!scope.backing.isDurable()) {
            end(new PutResult.OutOfMemory());
            return;
        }
        try {
            if (!present.isAbsent()) {
                scope.backing.leaves();
            }
            scope.gate().inside(() -> scope.published.remove(name()), PublishedBlobs.Before.GONE);
        } finally {
            end(new PutResult.Stored(draft.info(), present.info().isEmpty()));
        }
    }

    private void refuse(PutResult result) {
        try {
            scope.discard(root);
        } finally {
            end(result);
        }
    }

    @Override
    void fail() {
        refuse(new PutResult.OutOfMemory());
    }
}
