package dev.zspool.http;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.Consumer;

/// Hands the result of a write to an event loop.
///
/// A result that comes on another thread comes on the journal's, of which there is one: it must not
/// make answers.
final class LoopAnswer {

    private LoopAnswer() {}

    /// Completes on this event loop; on an event loop that has the result already, at once.
    static <T> Consumer<T> to(UniEmitter<? super T> emitter) {
        Context loop = Objects.requireNonNull(Vertx.currentContext(), "not on an event loop");
        return result -> {
            if (Context.isOnEventLoopThread()) {
                emitter.complete(result);
            } else {
                loop.runOnContext(now -> emitter.complete(result));
            }
        };
    }
}
