package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How the console's files are served: whole, compressed, not again when known, and nothing else.
@QuarkusTest
class ConsoleFilesTest {
    private static final Path FOLDER = Path.of("src/main/resources/console");
    private static final Pattern REFERENCE = Pattern.compile("[\"'](/console/[^\"'$]+)[\"']");

    static {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    }

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TestHTTPResource("/")
    URI server = URI.create("http://localhost");

    private HttpResponse<byte[]> send(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void thePageLeadsToEverythingThatItNeeds() throws IOException, InterruptedException {
        TreeSet<String> known = new TreeSet<>(List.of("/"));
        TreeSet<String> open = new TreeSet<>(known);
        long bytes = 0;
        while (!open.isEmpty()) {
            String path = open.removeFirst();
            HttpResponse<byte[]> answer = send("GET", path, "Accept-Encoding", "gzip");
            assertEquals(200, answer.statusCode(), path);
            assertEquals("gzip", header(answer, "Content-Encoding"), path);
            bytes += answer.body().length;
            byte[] plain =
                    new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
            Matcher references = REFERENCE.matcher(new String(plain, StandardCharsets.UTF_8));
            while (references.find()) {
                if (known.add(references.group(1))) {
                    open.add(references.group(1));
                }
            }
        }
        assertTrue(known.contains("/console/pages/arena.js"), known::toString);
        assertTrue(known.contains("/console/lib/lit-html/lit-html.js"), known::toString);
        assertTrue(bytes < 200 << 10, "a view of the page takes " + bytes + " bytes");
        try (Stream<Path> files = Files.walk(FOLDER)) {
            List<String> unused =
                    files.filter(Files::isRegularFile)
                            .map(file -> "/console/" + FOLDER.relativize(file))
                            .filter(path -> !path.endsWith("index.html") && !known.contains(path))
                            .toList();
            assertEquals(List.of(), unused);
        }
    }

    @Test
    void aFileIsTheSameCompressedOrNot() throws IOException, InterruptedException {
        String path = "/console/app.js";
        HttpResponse<byte[]> plain = send("GET", path);
        HttpResponse<byte[]> gzipped = send("GET", path, "Accept-Encoding", "br, GZIP;q=0.5");
        assertArrayEquals(Files.readAllBytes(FOLDER.resolve("app.js")), plain.body());
        assertArrayEquals(
                plain.body(),
                new GZIPInputStream(new ByteArrayInputStream(gzipped.body())).readAllBytes());
        assertFalse(header(plain, "ETag").equals(header(gzipped, "ETag")));
        assertEquals("", header(plain, "Content-Encoding"));
        assertEquals("accept-encoding", header(plain, "Vary"));
        assertEquals("text/javascript;charset=UTF-8", header(plain, "Content-Type"));
        HttpResponse<byte[]> refused = send("GET", path, "Accept-Encoding", "gzip;q=0");
        assertArrayEquals(plain.body(), refused.body());
    }

    @Test
    void whatIsKnownIsNotSentAgain() throws IOException, InterruptedException {
        String tag = header(send("GET", "/"), "ETag");
        HttpResponse<byte[]> again = send("GET", "/", "If-None-Match", tag);
        assertEquals(304, again.statusCode());
        assertEquals(0, again.body().length);
        assertEquals("no-cache", header(again, "Cache-Control"));
        assertEquals(200, send("GET", "/", "If-None-Match", "\"older\"").statusCode());
        HttpResponse<byte[]> head = send("HEAD", "/");
        assertEquals(200, head.statusCode());
        assertEquals(send("GET", "/").body().length + "", header(head, "Content-Length"));
    }

    @Test
    void theBrowserMayOnlyDoWhatThePageNeeds() throws IOException, InterruptedException {
        HttpResponse<byte[]> page = send("GET", "/");
        String policy = header(page, "Content-Security-Policy");
        assertTrue(
                policy.startsWith("default-src 'none'; script-src 'self'; worker-src 'none'; "),
                policy);
        assertTrue(policy.contains("connect-src 'self';"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertEquals("nosniff", header(page, "X-Content-Type-Options"));
        assertEquals("same-origin", header(page, "Cross-Origin-Opener-Policy"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/none.js",
                "/console/lib",
                "/console/pages",
                "/console/application.properties",
                "/console/META-INF/openapi.yaml",
                "/console/..%2fapplication.properties",
                "/console/app.js.map"
            })
    void nothingElseIsServed(String path) throws IOException, InterruptedException {
        int status = send("GET", path).statusCode();
        assertTrue(status == 404 || status == 400, path + ": " + status);
    }

    @Test
    void onlyReading() throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send("POST", "/");
        assertEquals(405, answer.statusCode());
        assertEquals("GET, HEAD, OPTIONS", header(answer, "Allow"));
        HttpResponse<byte[]> options = send("OPTIONS", "/console/app.js");
        assertEquals(200, options.statusCode());
        assertEquals("GET, HEAD, OPTIONS", header(options, "Allow"));
    }

    @Test
    void aLinkOnAnotherSiteLeadsToThePageAndNoFurther() throws IOException, InterruptedException {
        String[] foreign = {"Sec-Fetch-Site", "cross-site"};
        assertEquals(200, send("GET", "/", foreign).statusCode());
        assertEquals(403, send("GET", "/v1/pools", foreign).statusCode());
        assertEquals(403, send("GET", "/", "Host", "evil.example").statusCode());
    }

    @Test
    void whereNobodyIsAskedThereIsNoSignIn() throws IOException, InterruptedException {
        HttpResponse<byte[]> settings = send("GET", "/console/settings.json");
        assertEquals("{\"signIn\":{}}", new String(settings.body(), StandardCharsets.UTF_8));
    }
}
