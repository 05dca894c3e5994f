package dev.zspool.http;

import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.List;

/// What a request about many blobs says: their handles.
@Singleton
final class BatchBodies {
    private final JsonBodies bodies;
    private final SmallBodies documents;

    BatchBodies(JsonBodies bodies, SmallBodies documents) {
        this.bodies = bodies;
        this.documents = documents;
    }

    /// The handles, when the body has come.
    Uni<List<String>> receive(HttpServerRequest http) {
        JsonBodies.requireType(http);
        return documents.receive(http).map(body -> bodies.read(body, BatchHandles.class).handles());
    }
}
