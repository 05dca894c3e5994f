package dev.zspool.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// The text of a `multipart/mixed` answer (RFC 2046): what is before, between and behind the bodies
/// of its parts.
///
/// Each part says which handle it is for (`Content-ID`), what came of it (`Status`), and how long
/// it is (`Content-Length`), so that a reader may go by the lengths and need not look for the
/// boundary. Of one answer.
final class BatchParts {

    private static final String LINE = "\r\n";

    private final String boundary;
    private final String path;
    private final ObjectWriter problems;
    private boolean begun;

    /// @param boundary what nobody can guess, since stored content could have it else
    /// @param path of the pool's blobs
    BatchParts(String boundary, String path, ObjectWriter problems) {
        this.boundary = boundary;
        this.path = path;
        this.problems = problems;
    }

    String contentType() {
        return "multipart/mixed;boundary=" + boundary;
    }

    /// What comes before the body of a part.
    Buffer head(String handle, int status, MultiMap headers) {
        StringBuilder head = new StringBuilder(begun ? LINE : "");
        begun = true;
        head.append("--").append(boundary).append(LINE);
        head.append("Content-ID: <").append(handle).append('>').append(LINE);
        head.append("Status: ").append(status).append(LINE);
        for (Map.Entry<String, String> header : headers) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append(LINE);
        }
        // Stored headers are Latin-1, as they came.
        return Buffer.buffer(head.append(LINE).toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /// A whole part that has no body.
    Buffer empty(String handle, int status) {
        return head(
                handle,
                status,
                MultiMap.caseInsensitiveMultiMap().set(HttpHeaders.CONTENT_LENGTH, "0"));
    }

    /// A whole part that says what is wrong with one blob.
    Buffer problem(String handle, ProblemException problem) throws JsonProcessingException {
        byte[] body = problems.writeValueAsBytes(Problem.of(problem, path + "/" + handle));
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        headers.set(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
        headers.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
        return head(handle, problem.code().status(), headers).appendBytes(body);
    }

    /// What comes behind the last part.
    Buffer end() {
        return Buffer.buffer(LINE + "--" + boundary + "--" + LINE);
    }
}
