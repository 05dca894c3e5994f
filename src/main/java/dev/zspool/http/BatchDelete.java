package dev.zspool.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.DeleteOutcome;
import dev.zspool.blob.WriteCondition;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// Deletes many blobs, one behind the other, and then answers for all of them.
///
/// Goes on when the client leaves: whoever asked for it does not get a part of it only because he
/// did not wait. Between two of them the event loop serves others.
final class BatchDelete {

    private static final int DELETED = 204;

    private final BlobPool pool;
    private final List<String> handles;
    private final List<DeleteOutcome> outcomes = new ArrayList<>();
    private final Context loop =
            Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");

    private BatchDelete(BlobPool pool, List<String> handles) {
        this.pool = pool;
        this.handles = handles;
    }

    /// What came of each.
    static Uni<List<DeleteOutcome>> run(BlobPool pool, List<String> handles) {
        return Uni.createFrom()
                .emitter(emitter ->
                        new BatchDelete(pool, handles)
                                .deleteNext(emitter::complete, emitter::fail));
    }

    private void deleteNext(Consumer<List<DeleteOutcome>> done, Consumer<Throwable> failed) {
        int next = outcomes.size();
        if (next == handles.size()) {
            done.accept(outcomes);
            return;
        }
        try {
            // The answer may come on another thread.
            pool.delete(
                    handles.get(next),
                    WriteCondition.ALWAYS,
                    outcome ->
                            loop.runOnContext(now -> {
                                outcomes.add(outcome);
                                deleteNext(done, failed);
                            }));
        } catch (RuntimeException | OutOfMemoryError failure) {
            failed.accept(failure);
        }
    }

    /// The answer as a whole: a thousand parts are less than half a MiB.
    static Buffer answer(List<String> handles, List<DeleteOutcome> outcomes, BatchParts parts)
            throws JsonProcessingException {
        Buffer all = Buffer.buffer();
        for (int nth = 0; nth < handles.size(); nth++) {
            String handle = handles.get(nth);
            all.appendBuffer(
                    switch (outcomes.get(nth)) {
                        case DELETED -> parts.empty(handle, DELETED);
                        case MISSING -> parts.problem(handle, BlobProblems.missing());
                        case DISK_FAILED -> parts.problem(handle, BlobProblems.diskFailed());
                        case PRECONDITION_FAILED ->
                                throw new IllegalStateException(
                                        "a condition failed, and none was set");
                    });
        }
        return all.appendBuffer(parts.end());
    }
}
