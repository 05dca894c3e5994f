package dev.zspool.http;

import dev.zspool.blob.BlobInfo;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;

/// What a GET or HEAD wants of a blob.
///
/// @param preconditions what it knows already, or insists on
record ReadRequest(Preconditions preconditions) {

    /// What a request says, or a problem.
    static ReadRequest of(HttpServerRequest request, InstantSource clock) {
        return new ReadRequest(Preconditions.of(request.headers(), clock));
    }

    /// What it gets of a version, or a problem.
    BlobPart partOf(BlobInfo info) {
        return switch (preconditions.ofRead(info)) {
            case FAILED -> throw BlobProblems.preconditionFailed();
            case NOT_MODIFIED -> BlobPart.notModified();
            case PASSED -> BlobPart.whole(info);
        };
    }
}
