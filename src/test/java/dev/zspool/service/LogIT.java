package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a running service writes about an operation that goes wrong: a blob that the disk damaged.
final class LogIT {
    private static final String HANDLE = "a-secret-handle";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @TempDir Path folder = Path.of("");

    @Test
    void linesOfAnOperationNameItsPoolAndTheHashOfItsHandle() throws Exception {
        String directory = "-Dzspool.data.directory=" + folder.resolve("data");
        try (ServiceProcess service = ServiceProcess.start(directory)) {
            byte[] content = new byte[100_000];
            new SplittableRandom(7).nextBytes(content);
            assertEquals(
                    201,
                    status(
                            service,
                            blob(service).PUT(HttpRequest.BodyPublishers.ofByteArray(content))));
        }
        damage();
        String text;
        try (ServiceProcess service = ServiceProcess.start(directory)) {
            assertEquals(500, status(service, blob(service)));
            text = awaitLine(service, "CORRUPTED");
            assertFalse(service.output().contains(HANDLE), service.output());
        }
        assertTrue(
                text.matches(
                        ".* WARN .* \\[GET pool=default handle=[0-9a-f]{16} trace=" + TRACE + "]"),
                text);
        try (ServiceProcess service = ServiceProcess.start(directory, "-Dzspool.log.json=true")) {
            assertEquals(500, status(service, blob(service)));
            JsonNode line = new ObjectMapper().readTree(awaitLine(service, "CORRUPTED"));
            assertEquals("WARN", line.path("level").asText());
            assertEquals("default", line.at("/mdc/pool").asText());
            assertTrue(line.at("/mdc/handle").asText().matches("[0-9a-f]{16}"), line::toString);
            assertEquals(TRACE, line.at("/mdc/trace").asText());
            assertFalse(service.output().contains(HANDLE), service.output());
            logInjectionByRawRequests(service);
        }
    }

    /// Nothing that is sent makes a line: each one is an object.
    private static void logInjectionByRawRequests(ServiceProcess service) throws IOException {
        for (String request :
                List.of(
                        "GET /v1/pools/default/blobs/a%0d%0aINFO%20forged HTTP/1.1\r\nHost: localhost",
                        "GET /v1/pools/default/blobs/\u001b[31mforged HTTP/1.1\r\nHost: localhost",
                        "GET /v1/pools/de\rforged HTTP/1.1\r\nHost: localhost",
                        "PUT /v1/pools/default/blobs/a HTTP/1.1\r\nHost: localhost\r\n"
                                + "traceparent: \u001b[31mforged\r\nContent-Length: 100",
                        "FOR\u0007GED / HTTP/1.1\r\nHost: localhost")) {
            try (Socket socket = new Socket("localhost", service.api().getPort())) {
                socket.getOutputStream()
                        .write((request + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
                socket.shutdownOutput();
                try (InputStream answer = socket.getInputStream()) {
                    answer.readAllBytes();
                }
            }
        }
        for (String line : service.output().lines().toList()) {
            assertTrue(line.startsWith("{") || line.startsWith("zspool: "), line);
            assertTrue(line.chars().noneMatch(Character::isISOControl), line);
        }
    }

    private static HttpRequest.Builder blob(ServiceProcess service) {
        return HttpRequest.newBuilder(service.api().resolve("/v1/pools/default/blobs/" + HANDLE))
                .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");
    }

    private static int status(ServiceProcess service, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return service.client()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static String awaitLine(ServiceProcess service, String part)
            throws IOException, InterruptedException {
        for (int tries = 0; tries < 100; tries++) {
            for (String line : service.output().lines().toList()) {
                if (line.contains(part)) {
                    return line;
                }
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no line with " + part + ":\n" + service.output());
    }

    /// Bits flip in the middle of each file of contents.
    private void damage() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder.resolve("data/journal"))) {
            files = all.filter(file -> file.toString().endsWith(".blob")).toList();
        }
        assertFalse(files.isEmpty());
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 0x55;
            Files.write(file, bytes);
        }
    }
}
