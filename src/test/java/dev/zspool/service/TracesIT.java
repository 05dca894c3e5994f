package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a collector of spans gets from a running service. It is told in protobuf, where a text
/// stands as it is.
final class TracesIT {
    private static final String HANDLE = "a-secret-handle";
    private static final String QUERY = "a-secret-query";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    /// As short as a start needs, so that the test need not wait.
    private static final String SOON = "-Dquarkus.otel.bsp.schedule.delay=100ms";

    private static final Pattern HASH =
            Pattern.compile("zspool\\.handle.{1,4}[0-9a-f]{16}", Pattern.DOTALL);

    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private HttpServer collector;
    private String address;

    @BeforeEach
    void collect() throws IOException {
        collector =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext(
                "/",
                exchange -> {
                    byte[] body = exchange.getRequestBody().readAllBytes();
                    received.add(
                            exchange.getRequestURI()
                                    + "\n"
                                    + new String(body, StandardCharsets.ISO_8859_1));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        collector.start();
        address = "http://localhost:" + collector.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        collector.stop(0);
    }

    @Test
    void spansNameTheOperationAndNeverTheHandle() throws Exception {
        try (ServiceProcess service =
                ServiceProcess.start("-Dzspool.tracing.endpoint=" + address, SOON)) {
            use(service);
            awaitSpan("GET /v1/pools/{pool}/blobs");
        }
        String all = all();
        assertTrue(all.startsWith("/v1/traces\n"), all);
        awaitSpan("PUT /v1/pools/{pool}/blobs/{handle}");
        awaitSpan("GET /v1/pools/{pool}/blobs/{handle}");
        assertTrue(all.contains("zspool.pool"), all);
        assertTrue(HASH.matcher(all).find(), all);
        byte[] trace = HexFormat.of().parseHex(TRACE);
        assertTrue(all.contains(new String(trace, StandardCharsets.ISO_8859_1)), all);
        assertFalse(all.contains(HANDLE), all);
        assertFalse(all.contains(QUERY), all);
        // Probes are not worth a span.
        assertFalse(all.contains("/q/"), all);
    }

    @Test
    void nothingIsSentByDefault() throws Exception {
        try (ServiceProcess service =
                ServiceProcess.start(
                        "-Dquarkus.otel.exporter.otlp.traces.endpoint=" + address,
                        "-Dquarkus.otel.exporter.otlp.traces.protocol=http/protobuf",
                        SOON)) {
            use(service);
            // What is left is sent at the stop.
        }
        assertEquals("", all());
    }

    private String all() {
        return String.join("", received);
    }

    private static void use(ServiceProcess service) throws IOException, InterruptedException {
        String blobs = "/v1/pools/default/blobs";
        String blob = blobs + "/" + HANDLE;
        HttpRequest.BodyPublisher content = HttpRequest.BodyPublishers.ofString("content");
        assertEquals(201, status(service, request(service, blob).PUT(content)));
        assertEquals(200, status(service, request(service, blob)));
        assertEquals(404, status(service, request(service, blob + "-of-none?q=" + QUERY)));
        assertEquals(404, status(service, request(service, "/v1/pools/none/blobs/" + HANDLE)));
        assertEquals(404, status(service, request(service, "/none/" + HANDLE + "?" + QUERY)));
        assertEquals(400, status(service, request(service, blob + "%2F?q=" + QUERY)));
        assertEquals(200, status(service, request(service, blobs + "?prefix=" + HANDLE)));
    }

    private static HttpRequest.Builder request(ServiceProcess service, String target) {
        return HttpRequest.newBuilder(service.api().resolve(target))
                .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");
    }

    private static int status(ServiceProcess service, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return service.client()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /// A span's name stands behind its length.
    private void awaitSpan(String name) throws InterruptedException {
        String text = (char) name.length() + name;
        for (int tries = 0; tries < 200 && !all().contains(text); tries++) {
            Thread.sleep(50);
        }
        assertTrue(all().contains(text), () -> name + " not in " + all());
    }
}
