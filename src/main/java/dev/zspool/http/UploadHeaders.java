package dev.zspool.http;

import dev.zspool.blob.BlobAttributes;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the headers of an upload say about the blob.
final class UploadHeaders {

    private UploadHeaders() {}

    /// The length of the body, -1 when it is not known beforehand.
    static long declaredBytes(HttpServerRequest request) {
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            return -1;
        }
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    /// The problem with a body that drips.
    static ProblemException tooSlow(HttpOptions options) {
        return new ProblemException(
                ProblemCode.UPLOAD_TOO_SLOW,
                "Less than "
                        + options.uploadWindowBytes()
                        + " bytes came in "
                        + options.uploadWindowMillis()
                        + " ms.");
    }

    /// A part of a blob must not be taken for the whole.
    static void requireWhole(HttpServerRequest request) {
        if (request.headers().contains(HttpHeaders.CONTENT_RANGE)) {
            throw new ProblemException(
                    ProblemCode.BAD_HEADER, "Content-Range: parts of a blob cannot be stored.");
        }
    }

    static BlobAttributes attributes(HttpServerRequest request) {
        return new BlobAttributes(
                single(request, HttpHeaders.CONTENT_TYPE),
                single(request, HttpHeaders.CONTENT_ENCODING));
    }

    private static @Nullable String single(HttpServerRequest request, CharSequence name) {
        List<String> values = request.headers().getAll(name);
        if (values.isEmpty() || (values.size() == 1 && values.getFirst().isEmpty())) {
            return null;
        }
        String value = values.getFirst();
        if (values.size() > 1 || isTooLong(value)) {
            throw new ProblemException(
                    ProblemCode.BAD_HEADER,
                    name
                            + " may be given once, with at most "
                            + BlobAttributes.MAX_BYTES
                            + " bytes.");
        }
        return value;
    }

    /// A header's characters are Latin-1, of two bytes each at most.
    private static boolean isTooLong(String value) {
        return value.length() > BlobAttributes.MAX_BYTES / 2
                && value.getBytes(StandardCharsets.UTF_8).length > BlobAttributes.MAX_BYTES;
    }
}
