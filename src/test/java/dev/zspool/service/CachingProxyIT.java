package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// nginx before the service: a cache that fetches in slices, which must be ranges of one version,
/// and that asks again by entity tag and time when it does not know.
final class CachingProxyIT {

    private static final Path CONFIGURATION =
            Path.of("src/test/resources/dev/zspool/service/nginx.conf");

    private static ServiceProcess service;
    private static Process nginx;
    private static Path folder;
    private static URI proxy;

    /// Each test is skipped by itself: one that is skipped with its class is counted by nobody.
    @BeforeEach
    void assumeNginx() {
        Tools.assumeInstalled("nginx");
    }

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        if (!Tools.isInstalled("nginx")) {
            return;
        }
        service = ServiceProcess.start();
        folder = Files.createTempDirectory("zspool-nginx-");
        int port = freePort();
        proxy = URI.create("http://127.0.0.1:" + port);
        Files.writeString(
                folder.resolve("nginx.conf"),
                Files.readString(CONFIGURATION)
                        .replace("@PROXY_PORT@", "" + port)
                        .replace("@SERVICE_PORT@", "" + service.api().getPort()));
        nginx =
                new ProcessBuilder(
                                "nginx",
                                "-e",
                                "stderr",
                                "-p",
                                folder.toString(),
                                "-c",
                                "nginx.conf")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        awaitListening(port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitListening(int port) throws IOException, InterruptedException {
        for (int tenths = 0; tenths < 100 && nginx.isAlive(); tenths++) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException(Files.readString(folder.resolve("log")));
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (nginx == null) {
            return;
        }
        nginx.destroy();
        nginx.waitFor(10, TimeUnit.SECONDS);
        service.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static byte[] content(int size, long seed) {
        byte[] content = new byte[size];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static HttpResponse<byte[]> send(
            String method, String path, byte[] content, String... headers)
            throws IOException, InterruptedException {
        BodyPublisher body =
                content.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(content);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(proxy.resolve(path)).method(method, body);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return service.client().send(request.build(), BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> get(String path, String... headers)
            throws IOException, InterruptedException {
        return send("GET", path, new byte[0], headers);
    }

    private static String cache(HttpResponse<?> answer) {
        return answer.headers().firstValue("x-cache").orElse("none");
    }

    @Test
    void fetchesInSlices() throws Exception {
        for (int size : List.of(1, 65_535, 65_536, 65_537, 1_000_003)) {
            byte[] content = content(size, size);
            send("PUT", "/plain/sliced-" + size, content);
            for (String outcome : List.of("MISS", "HIT")) {
                HttpResponse<byte[]> answer = get("/sliced/sliced-" + size);
                assertEquals(200, answer.statusCode());
                assertEquals(outcome, cache(answer));
                assertArrayEquals(content, answer.body());
            }
        }
        HttpResponse<byte[]> part = get("/sliced/sliced-1000003", "Range", "bytes=131000-132000");
        assertEquals(206, part.statusCode());
        assertArrayEquals(
                Arrays.copyOfRange(content(1_000_003, 1_000_003), 131_000, 132_001), part.body());
    }

    @Test
    void asksAgainAndIsToldThatNothingChanged() throws Exception {
        byte[] first = content(10_000, 1);
        send("PUT", "/plain/asked", first);
        assertEquals("MISS", cache(get("/cached/asked")));
        HttpResponse<byte[]> again = getUntil("/cached/asked", "REVALIDATED");
        assertArrayEquals(first, again.body());

        byte[] second = content(10_000, 2);
        send("PUT", "/plain/asked", second);
        HttpResponse<byte[]> changed = getUntil("/cached/asked", "EXPIRED");
        assertArrayEquals(second, changed.body());
    }

    /// A second must go by before nginx asks again.
    private static HttpResponse<byte[]> getUntil(String path, String outcome)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = get(path);
        for (int tenths = 0; tenths < 100 && !cache(answer).equals(outcome); tenths++) {
            Thread.sleep(100);
            answer = get(path);
        }
        assertEquals(outcome, cache(answer));
        return answer;
    }

    @Test
    void conditionsPassThrough() throws Exception {
        byte[] content = content(100_000, 3);
        HttpResponse<byte[]> created =
                send("PUT", "/plain/conditions", content, "If-None-Match", "*");
        assertEquals(201, created.statusCode());
        assertEquals(
                412, send("PUT", "/plain/conditions", content, "If-None-Match", "*").statusCode());
        String tag = created.headers().firstValue("etag").orElseThrow();
        assertEquals(304, get("/plain/conditions", "If-None-Match", tag).statusCode());
        HttpResponse<byte[]> part = get("/plain/conditions", "Range", "bytes=-10", "If-Range", tag);
        assertEquals(206, part.statusCode());
        assertArrayEquals(Arrays.copyOfRange(content, 99_990, 100_000), part.body());
        assertTrue(
                Arrays.equals(
                        content,
                        get("/plain/conditions", "Range", "bytes=-10", "If-Range", "\"other\"")
                                .body()));
    }
}
