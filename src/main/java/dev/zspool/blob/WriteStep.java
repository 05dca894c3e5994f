package dev.zspool.blob;

import java.util.function.Consumer;

/// A step under the write slot, which ends with its answer.
abstract class WriteStep<T> {
    final WriteScope scope;
    private final BlobName name;
    private final Consumer<T> answer;

    /// Of whichever thread has the step.
    private boolean isEnded;

    WriteStep(WriteScope scope, BlobName name, Consumer<T> answer) {
        this.scope = scope;
        this.name = name;
        this.answer = answer;
    }

    BlobName name() {
        return name;
    }

    /// Does a part of the step; when that throws before the step has ended or was passed on, it
    /// ends here, or its slot would be taken for good.
    void guarded(Runnable part) {
        boolean isDone = false;
        try {
            part.run();
            isDone = true;
        } finally {
            if (!isDone && !isEnded) {
                fail();
            }
        }
    }

    /// The same on a thread of the journal.
    void resumed(Runnable part) {
        TaskChain.run(() -> guarded(part));
    }

    /// Ends it behind something that was thrown.
    abstract void fail();

    /// Releases the slot and answers.
    void end(T result) {
        isEnded = true;
        // The next write of the slot comes behind the answer.
        TaskChain.run(() -> {
            scope.slots.release(name.hash());
            answer.accept(result);
        });
    }
}
