package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/// What the service says, as Prism reads the contract. Prism takes bodies for text and waits for
/// their end: contents of blobs and the stream of events go past it. HEAD of what is not there does
/// as well, where it looks for the body of the problem.
final class PrismIT {

    private static final Path CONTRACT = Path.of("openapi.yaml");
    private static final String JSON = "application/json";
    private static final String POOL = "/v1/pools/prism";

    private static String missing = "";
    private static Path program;
    private static ServiceProcess service;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        try {
            program = Prism.fetch();
        } catch (TestAbortedException why) {
            missing = String.valueOf(why.getMessage());
            return;
        }
        service = ServiceProcess.start();
        assertEquals(201, direct("PUT", POOL, "").statusCode());
        for (String handle : List.of("a", "b", "c")) {
            String path = POOL + "/blobs/" + handle;
            assertEquals(
                    201, direct("PUT", path, "hello", "Content-Type", "text/plain").statusCode());
        }
    }

    /// Before all of them, a skip would leave no test in the report, and nobody would count it.
    @BeforeEach
    void skipWithoutPrism() {
        assumeTrue(missing.isEmpty(), missing);
    }

    @AfterAll
    static void stop() throws IOException {
        if (service != null) {
            service.close();
        }
    }

    private static HttpResponse<String> send(
            URI url, String method, String content, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url)
                        .method(
                                method,
                                content.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(content));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return service.client().send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> direct(
            String method, String path, String content, String... headers)
            throws IOException, InterruptedException {
        return send(service.api().resolve(path), method, content, headers);
    }

    private static String violations(HttpResponse<?> answer) {
        return answer.headers().firstValue("sl-violations").orElse("none");
    }

    /// Prism lets the request and its answer through.
    private static HttpResponse<String> passes(int status, HttpResponse<String> answer) {
        String said = answer.request() + ": " + answer + "\n" + answer.body();
        assertEquals("none", violations(answer), said);
        assertEquals(status, answer.statusCode(), said);
        assertTrue(!answer.body().contains("stoplight"), said);
        return answer;
    }

    /// It does, and the answer is the one that comes without it.
    private static void same(Prism prism, int status, String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = passes(status, send(prism.url(path), method, "", headers));
        HttpResponse<String> plain = direct(method, path, "", headers);
        assertEquals(plain.statusCode(), answer.statusCode(), path);
        assertEquals(plain.body(), answer.body(), path);
        for (String name : List.of("Content-Type", "ETag", "Last-Modified", "Content-Range")) {
            assertEquals(plain.headers().firstValue(name), answer.headers().firstValue(name), path);
        }
    }

    private static void contains(String expected, HttpResponse<String> answer) {
        assertTrue(answer.body().contains(expected), answer.body());
    }

    @Test
    void reads() throws Exception {
        try (Prism prism = Prism.start(program, CONTRACT, service)) {
            for (String path :
                    List.of(
                            "/v1/pools",
                            POOL,
                            POOL + "/blobs?limit=2",
                            POOL + "/blobs?after=a",
                            POOL + "/blobs/a/layout",
                            POOL + "/compaction",
                            POOL + "/pages?limit=1",
                            POOL + "/pages?fullness=1&isolated=false",
                            "/v1/memory/defragmentation")) {
                same(prism, 200, "GET", path);
            }
            same(prism, 200, "GET", POOL + "/classes", "Accept", JSON);
            for (String path : List.of("", "/blobs", "/classes", "/compaction", "/pages")) {
                same(prism, 404, "GET", "/v1/pools/none" + path);
            }
            same(prism, 404, "GET", POOL + "/pages/0");
            same(prism, 404, "GET", POOL + "/blobs/none/layout");
            contains("\"inTransitPages\":0", get(prism, "/v1/memory"));
            contains("\"sound\":true", get(prism, "/v1/memory/check"));
            contains("\"level\":", get(prism, "/v1/memory/pressure"));
            contains("\"missingBytes\":0", get(prism, "/v1/memory/shrink?releaseBytes=0"));
            contains("\"bytes\":0", get(prism, "/v1/memory/balloon"));
        }
    }

    private static HttpResponse<String> get(Prism prism, String path)
            throws IOException, InterruptedException {
        return passes(200, send(prism.url(path), "GET", ""));
    }

    @Test
    void conditionsAndRanges() throws Exception {
        String blob = POOL + "/blobs/a";
        try (Prism prism = Prism.start(program, CONTRACT, service)) {
            same(prism, 200, "HEAD", blob);
            String tag = direct("HEAD", blob, "").headers().firstValue("ETag").orElseThrow();
            String time =
                    direct("HEAD", blob, "").headers().firstValue("Last-Modified").orElseThrow();
            same(prism, 304, "GET", blob, "If-None-Match", tag);
            same(prism, 304, "GET", blob, "If-Modified-Since", time);
            same(prism, 304, "HEAD", blob, "If-None-Match", tag);
            same(prism, 412, "GET", blob, "If-Match", "\"other\"");
            same(prism, 412, "DELETE", blob, "If-Match", "\"other\"");
            same(prism, 416, "GET", blob, "Range", "bytes=5-");
            same(prism, 404, "GET", POOL + "/blobs/none");
            HttpResponse<String> created =
                    send(
                            prism.url(blob),
                            "PUT",
                            "other",
                            "If-None-Match",
                            "*",
                            "Content-Type",
                            "text/plain");
            contains("\"PRECONDITION_FAILED\"", passes(412, created));
        }
    }

    @Test
    void changes() throws Exception {
        try (Prism prism = Prism.start(program, CONTRACT, service)) {
            URI pool = prism.url("/v1/pools/changed");
            String evicting = "{\"limitBytes\":1048576,\"full\":\"evict\"}";
            contains("\"evict\"", passes(201, send(pool, "PUT", evicting, "Content-Type", JSON)));
            contains("\"reject\"", passes(200, send(pool, "PUT", "")));
            String chains = "{\"chainSize\":4}";
            contains(
                    "\"CHAIN_SIZE_FIXED\"",
                    passes(409, send(pool, "PUT", chains, "Content-Type", JSON)));
            URI blobs = prism.url("/v1/pools/changed/blobs");
            HttpResponse<String> posted =
                    passes(201, send(blobs, "POST", "posted", "Content-Type", "text/plain"));
            contains("\"size\":6", posted);
            contains("\"POOL_NOT_EMPTY\"", passes(409, send(pool, "DELETE", "")));
            URI compaction = prism.url("/v1/pools/changed/compaction");
            contains("\"DONE\"", passes(200, send(compaction, "POST", "")));
            passes(404, send(compaction, "DELETE", ""));
            String handles = "{\"handles\":[\"none\"]}";
            URI batch = prism.url("/v1/pools/changed/blobs:delete");
            contains(
                    "\"BLOB_NOT_FOUND\"",
                    passes(200, send(batch, "POST", handles, "Content-Type", JSON)));
            passes(204, send(prism.url("/v1/pools/changed?force=true"), "DELETE", ""));
            passes(404, send(pool, "DELETE", ""));
        }
    }

    /// A request that the contract does not allow, by Prism's reading, is one that the service
    /// refuses, and how it does is in the contract.
    @Test
    void badRequests() throws Exception {
        try (Prism strict = Prism.start(program, CONTRACT, service);
                Prism lenient =
                        Prism.start(program, CONTRACT, service, "--validate-request", "false")) {
            for (String path :
                    List.of("/blobs?limit=0", "/pages?limit=x", "/pages?class=255", "/pages/x")) {
                assertEquals(422, send(strict.url(POOL + path), "GET", "").statusCode(), path);
                same(lenient, 400, "GET", POOL + path);
            }
            for (String body :
                    List.of("{\"limitBytes\":1}", "{\"full\":\"burst\"}", "{\"other\":1}", "[]")) {
                URI url = strict.url(POOL);
                assertEquals(422, send(url, "PUT", body, "Content-Type", JSON).statusCode(), body);
                HttpResponse<String> answer =
                        send(lenient.url(POOL), "PUT", body, "Content-Type", JSON);
                contains("\"BAD_BODY\"", passes(400, answer));
            }
        }
    }

    /// Prism finds what is wrong: with a contract that is not ours, a value, a header, and a
    /// status.
    @Test
    void wrongAnswersAreReported() throws Exception {
        Path wrong = Path.of("target/prism-wrong.yaml");
        String contract = Files.readString(CONTRACT);
        contract = planted(contract, "      enum: [none, async, sync]\n", "      enum: [disk]\n");
        contract = planted(contract, "'^\"[0-9a-f]{16}-", "'^\"[0-9a-f]{15}-");
        contract =
                planted(
                        contract,
                        "\"404\":\n          $ref: \"#/components/responses/PageNotFound\"",
                        "\"410\":\n          $ref: \"#/components/responses/PageNotFound\"");
        Files.writeString(wrong, contract);
        try (Prism prism = Prism.start(program, wrong, service)) {
            reports("durability", send(prism.url(POOL), "GET", ""));
            reports("etag", send(prism.url(POOL + "/blobs/a"), "HEAD", ""));
            reports("status code", send(prism.url(POOL + "/pages/0"), "GET", ""));
        }
    }

    private static String planted(String contract, String right, String wrong) {
        assertTrue(contract.contains(right), right);
        return contract.replace(right, wrong);
    }

    private static void reports(String what, HttpResponse<String> answer) {
        assertTrue(violations(answer).contains(what), answer + ": " + violations(answer));
    }
}
