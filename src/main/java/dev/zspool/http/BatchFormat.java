package dev.zspool.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;

/// Begins answers about many blobs, each with a boundary of its own.
@Singleton
final class BatchFormat {

    private final HandleSource random;
    private final ObjectWriter problems;

    BatchFormat(HandleSource random, ObjectMapper mapper) {
        this.random = random;
        this.problems = mapper.writerFor(Problem.class);
    }

    /// The parts of the answer to a request whose path ends with a colon and a verb.
    BatchParts partsOf(HttpServerRequest request) {
        String path = String.valueOf(request.path());
        return new BatchParts(random.next(), path.substring(0, path.lastIndexOf(':')), problems);
    }
}
