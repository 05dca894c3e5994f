package dev.zspool.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zspool.service.ServiceProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./zspool demo`: something is going on, and nothing stays.
final class DemoIT {
    private static final long PATIENCE_SECONDS = 120;
    private static final int BY_SIGTERM = 128 + 15;

    @TempDir Path temporary;

    private final HttpClient client = HttpClient.newHttpClient();

    private Process start(int port) throws IOException {
        ProcessBuilder command =
                new ProcessBuilder(
                                System.getProperty("zspool.script", "./zspool"),
                                "demo",
                                "-Dzspool.http.port=" + port,
                                "-Dzspool.management.port=" + ServiceProcess.freePort())
                        .redirectErrorStream(true);
        command.environment().put("TMPDIR", temporary.toString());
        return command.start();
    }

    private static BufferedReader said(Process demo) {
        return new BufferedReader(
                new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void awaitLine(BufferedReader said, String wanted) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            all.append(line).append('\n');
            if (line.contains(wanted)) {
                return;
            }
        }
        throw new AssertionError(wanted + " was not said: " + all);
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            // The JVM's own, of which none is left by one that has ended.
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    @Test
    void somethingGoesOnAndNothingStays() throws Exception {
        int port = ServiceProcess.freePort();
        URI service = URI.create("http://localhost:" + port);
        Process demo = start(port);
        try (BufferedReader said = said(demo)) {
            awaitLine(said, "the console is at " + service + "/ ;");
            awaitLine(said, "blobs are stored");
            JsonNode pools =
                    new ObjectMapper()
                            .readTree(
                                    client.send(
                                                    HttpRequest.newBuilder(
                                                                    service.resolve("/v1/pools"))
                                                            .build(),
                                                    BodyHandlers.ofString())
                                            .body())
                            .path("pools");
            assertEquals(
                    List.of("default", "images", "pages"),
                    StreamSupport.stream(pools.spliterator(), false)
                            .filter(pool -> pool.path("blobs").asLong() > 0)
                            .map(pool -> pool.path("pool").asText())
                            .sorted()
                            .toList());
            awaitLine(said, "records were deleted");
            awaitEvent(service);
            ProcessHandle process = processOf(demo);
            assertEquals(1, left().stream().filter(name -> name.startsWith("tmp.")).count());

            demo.destroy();
            assertTrue(demo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not end");
            assertEquals(BY_SIGTERM, demo.exitValue());
            assertFalse(process.isAlive());
            assertEquals(List.of(), left());
        } finally {
            demo.destroy();
        }
    }

    /// The service that belongs to a demo: the process with its data.
    private ProcessHandle processOf(Process demo) throws IOException {
        for (ProcessHandle child : demo.children().toList()) {
            String line =
                    Files.readString(
                            Path.of("/proc", String.valueOf(child.pid()), "cmdline"),
                            StandardCharsets.ISO_8859_1);
            if (line.contains("-Dzspool.data.directory=" + temporary)) {
                return child;
            }
        }
        throw new AssertionError("no service below " + demo);
    }

    private void awaitEvent(URI service) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(service.resolve("/v1/events"))
                        .header("Last-Event-ID", "0")
                        .build();
        try (Stream<String> lines = client.send(request, BodyHandlers.ofLines()).body()) {
            assertTrue(
                    lines.anyMatch(line ->
                            line.contains("BALLOON_CHANGED") || line.contains("PRESSURE_CHANGED")));
        }
    }

    /// What answers at the port is somebody's own, and is not to be played with.
    @Test
    void anotherServiceAtThePortIsLeftAlone() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process demo = start(other.getLocalPort());
            try (BufferedReader said = said(demo)) {
                awaitLine(said, "the service has ended");
                awaitLine(said, "in use");
                assertTrue(demo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not end");
                assertNotEquals(0, demo.exitValue());
                other.setSoTimeout(1);
                org.junit.jupiter.api.Assertions.assertThrows(
                        java.net.SocketTimeoutException.class, other::accept);
                assertEquals(List.of(), left());
            } finally {
                demo.destroy();
            }
        }
    }
}
