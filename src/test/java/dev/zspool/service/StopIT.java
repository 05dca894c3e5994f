package dev.zspool.service;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A service that is told to stop: what is under way ends, and nothing else is begun.
final class StopIT {
    private static final int BY_SIGTERM = 128 + 15;
    private static final int BLOB_BYTES = 8 << 20;

    @TempDir Path folder;

    @Test
    void whatIsUnderWayEndsAndNothingElseIsBegun() throws Exception {
        String data = "-Dzspool.data.directory=" + folder;
        byte[] content = new byte[BLOB_BYTES];
        new Random(7).nextBytes(content);
        ServiceProcess service = ServiceProcess.start(data, "-Dzspool.shutdown.delay=1s");
        try (service;
                Socket upload = connect(service);
                Socket download = connect(service);
                Socket listener = connect(service);
                Socket idle = connect(service)) {
            assertEquals(201, put(service, "stored", content));
            send(upload, "PUT /v1/pools/default/blobs/uploaded", "Content-Length: " + BLOB_BYTES);
            upload.getOutputStream().write(content, 0, BLOB_BYTES / 2);
            send(download, "GET /v1/pools/default/blobs/stored");
            byte[] begin = download.getInputStream().readNBytes(1000);
            send(listener, "GET /v1/events");
            readLine(listener);
            send(idle, "HEAD /v1/pools/default/blobs/stored");
            readLine(idle);

            service.signal("TERM");
            awaitUnready(service);
            try (Socket late = connect(service)) {
                send(late, "HEAD /v1/pools/default/blobs/stored");
                String head = rest(late);
                assertTrue(head.startsWith("HTTP/1.1 200"), head);
                assertTrue(head.toLowerCase(Locale.ROOT).contains("connection: close"), head);
            }
            awaitRefused(service);
            awaitEnd(idle);
            assertTrue(rest(listener).endsWith("0\r\n\r\n"));
            assertTrue(service.isAlive(), service.output());

            upload.getOutputStream().write(content, BLOB_BYTES / 2, BLOB_BYTES / 2);
            String answer = rest(upload);
            assertTrue(answer.startsWith("HTTP/1.1 201"), answer);
            assertTrue(service.isAlive(), service.output());
            byte[] rest = download.getInputStream().readAllBytes();
            byte[] last = Arrays.copyOfRange(rest, rest.length - 1000, rest.length);
            assertEquals(
                    BLOB_BYTES, rest.length + begin.length - headBytes(begin), service.output());
            assertTrue(
                    Arrays.equals(
                            last, Arrays.copyOfRange(content, BLOB_BYTES - 1000, BLOB_BYTES)));
            assertEquals(BY_SIGTERM, service.awaitEnd(), service.output());
            assertFalse(service.output().contains("WARN  [dev.zspool"), service.output());
        }
        try (ServiceProcess again = service.startAgain(data)) {
            assertTrue(Arrays.equals(content, get(again, "uploaded")));
        }
    }

    @Test
    void whatDoesNotEndIsCut() throws Exception {
        try (ServiceProcess service = ServiceProcess.start("-Dzspool.shutdown.timeout=500ms");
                Socket upload = connect(service)) {
            send(upload, "PUT /v1/pools/default/blobs/uploaded", "Content-Length: 100");
            // So that it is seen to be under way.
            assertEquals(201, put(service, "other", new byte[100]));
            // Not by SIGINT: whoever was started in the background of a script ignores that.
            service.signal("TERM");
            assertEquals(BY_SIGTERM, service.awaitEnd(), service.output());
            assertTrue(service.output().contains("1 connections have a request under way"));
            awaitEnd(upload);
        }
    }

    private static Socket connect(ServiceProcess service) throws IOException {
        Socket socket = new Socket();
        // So little that a large answer does not fit between the two.
        socket.setReceiveBufferSize(64 << 10);
        socket.connect(new InetSocketAddress("localhost", service.api().getPort()));
        return socket;
    }

    private static void send(Socket socket, String line, String... headers) throws IOException {
        String head = line + " HTTP/1.1\r\nHost: localhost\r\n";
        for (String header : headers) {
            head += header + "\r\n";
        }
        socket.getOutputStream().write((head + "\r\n").getBytes(ISO_8859_1));
    }

    private static String readLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = 0; next >= 0 && next != '\n'; next = socket.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    /// Reads until there is no more, however that comes about.
    private static void awaitEnd(Socket socket) throws IOException {
        try {
            assertFalse(rest(socket).contains("HTTP/1.1 "));
        } catch (SocketException reset) {
            assertTrue(String.valueOf(reset.getMessage()).contains("reset"));
        }
    }

    private static int headBytes(byte[] answer) {
        return new String(answer, ISO_8859_1).indexOf("\r\n\r\n") + 4;
    }

    private static void awaitUnready(ServiceProcess service) throws Exception {
        int status = 200;
        while (status == 200) {
            status = get(service, service.management().resolve("/q/health/ready")).statusCode();
        }
        assertEquals(503, status);
        assertEquals(
                200, get(service, service.management().resolve("/q/health/live")).statusCode());
    }

    private static void awaitRefused(ServiceProcess service) throws IOException {
        while (true) {
            try (Socket _ = connect(service)) {
                Thread.onSpinWait();
            } catch (ConnectException refused) {
                return;
            }
        }
    }

    private static int put(ServiceProcess service, String handle, byte[] content)
            throws IOException, InterruptedException {
        HttpRequest put =
                HttpRequest.newBuilder(blob(service, handle))
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(content))
                        .build();
        return service.client().send(put, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static byte[] get(ServiceProcess service, String handle)
            throws IOException, InterruptedException {
        return get(service, blob(service, handle)).body();
    }

    private static HttpResponse<byte[]> get(ServiceProcess service, URI uri)
            throws IOException, InterruptedException {
        return service.client()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static URI blob(ServiceProcess service, String handle) {
        return service.api().resolve("/v1/pools/default/blobs/" + handle);
    }
}
