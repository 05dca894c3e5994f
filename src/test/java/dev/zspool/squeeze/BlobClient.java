package dev.zspool.squeeze;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/// One pool of the service, and what is allowed for its blobs.
final class BlobClient {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client;
    private final URI pool;
    private final PoolKind kind;
    private final KeyedBlobs blobs;
    private final Stored stored = new Stored();
    private final Verdict verdict;

    BlobClient(HttpClient client, URI api, PoolKind kind, long seed, Verdict verdict) {
        this.client = client;
        this.pool = api.resolve("/v1/pools/" + kind.name().toLowerCase(Locale.ROOT));
        this.kind = kind;
        this.blobs = new KeyedBlobs(seed);
        this.verdict = verdict;
    }

    PoolKind kind() {
        return kind;
    }

    Stored stored() {
        return stored;
    }

    void makePool() throws IOException {
        HttpResponse<byte[]> made =
                send(
                        HttpRequest.newBuilder(pool)
                                .header("Content-Type", "application/json")
                                .PUT(HttpRequest.BodyPublishers.ofString(kind.settings())));
        if (made.statusCode() != 201) {
            throw new IOException(describe(made));
        }
    }

    byte[] content(int key) {
        return blobs.content(key);
    }

    /// Stores a blob.
    ///
    /// @return whether it was acknowledged
    boolean put(int key, byte[] content) throws IOException {
        HttpResponse<byte[]> answer =
                send(request(key).PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
        int status = answer.statusCode();
        verdict.answered("PUT", status);
        if (status == 201) {
            stored.add(key);
            return true;
        }
        if (!kind.mayRefuse(status)) {
            verdict.isWrong("PUT of " + key + ": " + describe(answer));
        }
        return false;
    }

    /// Reads a blob that was acknowledged, and says what is wrong with it.
    void verify(int key) throws IOException {
        HttpResponse<byte[]> answer = send(request(key).GET());
        int status = answer.statusCode();
        verdict.answered("GET", status);
        if (status == 200) {
            if (!Arrays.equals(answer.body(), content(key))) {
                verdict.isWrong("GET of " + key + ": wrong bytes");
            }
        } else if (status != 404) {
            verdict.isWrong("GET of " + key + ": " + describe(answer));
        } else if (!kind.mayForget() && stored.has(key)) {
            verdict.isWrong("GET of " + key + ": lost");
        }
    }

    /// Deletes a blob that nobody expects any more.
    void delete(int key) throws IOException {
        int status = send(request(key).DELETE()).statusCode();
        verdict.answered("DELETE", status);
        if (status != 204 && !(status == 404 && kind.mayForget())) {
            verdict.isWrong("DELETE of " + key + ": " + status);
        }
    }

    private HttpRequest.Builder request(int key) {
        return HttpRequest.newBuilder(URI.create(pool + "/blobs/b" + key));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(
                    request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    private static String describe(HttpResponse<byte[]> answer) {
        return answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }
}
