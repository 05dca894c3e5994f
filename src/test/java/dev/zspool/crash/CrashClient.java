package dev.zspool.crash;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The HTTP API as one client uses it.
final class CrashClient {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PAGE = 1000;

    private final URI api;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    CrashClient(URI api) {
        this.api = api;
    }

    /// Sends a request.
    ///
    /// @param headers names and values in turn
    HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
            throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(api.resolve(path))
                        .timeout(PATIENCE)
                        .method(
                                method,
                                method.equals("GET") || method.equals("DELETE")
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    HttpResponse<byte[]> get(String path) throws IOException {
        return send("GET", path, new byte[0]);
    }

    HttpResponse<byte[]> delete(String path, String... headers) throws IOException {
        return send("DELETE", path, new byte[0], headers);
    }

    HttpResponse<byte[]> json(String method, String path, String json) throws IOException {
        return send(
                method,
                path,
                json.getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/json");
    }

    /// The handles of a pool, sorted.
    ///
    /// @param listedTwice receives those that the listing has more than once
    Set<String> list(String pool, List<String> listedTwice) throws IOException {
        Set<String> handles = new TreeSet<>();
        String after = "";
        while (true) {
            String json =
                    text(
                            get(
                                    "/v1/pools/"
                                            + pool
                                            + "/blobs?limit="
                                            + PAGE
                                            + (after.isEmpty() ? "" : "&after=" + after)));
            List<String> page = new ArrayList<>(Json.texts(json, "handle"));
            for (String handle : page) {
                if (!handles.add(handle)) {
                    listedTwice.add(handle);
                }
            }
            if (Json.texts(json, "next").isEmpty()) {
                return handles;
            }
            after = page.getLast();
        }
    }

    static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    static String etag(HttpResponse<byte[]> response) {
        return response.headers().firstValue("ETag").orElse("");
    }
}
