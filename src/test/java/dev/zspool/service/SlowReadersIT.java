package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Clients that ask for much and read nothing.
final class SlowReadersIT {
    private static final int READERS = 1500;
    private static final int BLOB_BYTES = 16 << 20;
    private static final int RECEIVE_BYTES = 4096;

    @Test
    void takeNoMoreThanTheBoundAndHoldNobodyUp() throws Exception {
        List<Socket> readers = new ArrayList<>();
        try (ServiceProcess service =
                ServiceProcess.start(
                        "-Dzspool.pool.durability=none", "-Dzspool.shutdown.timeout=100ms")) {
            URI blob =
                    URI.create(
                            "http://127.0.0.1:"
                                    + service.api().getPort()
                                    + "/v1/pools/default/blobs/blob");
            byte[] content = new byte[BLOB_BYTES];
            new Random(1).nextBytes(content);
            assertEquals(
                    201,
                    status(
                            service.client(),
                            HttpRequest.newBuilder(blob)
                                    .PUT(HttpRequest.BodyPublishers.ofByteArray(content))));
            int asked = 0;
            for (int i = 0; i < READERS; i++) {
                Socket reader = new Socket();
                readers.add(reader);
                if (ask(reader, blob)) {
                    asked++;
                }
            }
            assertTrue(asked > 700, "slow readers: " + asked);
            // They are one client, which cannot have all connections.
            try (HttpClient other =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .localAddress(InetAddress.getByName("127.0.0.2"))
                            .build()) {
                for (int i = 0; i < 100; i++) {
                    assertEquals(200, status(other, HttpRequest.newBuilder(blob).HEAD()));
                }
            }
            assertFalse(service.output().contains("OutOfMemoryError"), service.output());
        } finally {
            for (Socket reader : readers) {
                reader.close();
            }
        }
    }

    /// Returns false if there are too many connections already.
    private static boolean ask(Socket reader, URI blob) {
        try {
            reader.setReceiveBufferSize(RECEIVE_BYTES);
            reader.connect(new InetSocketAddress(blob.getHost(), blob.getPort()));
            reader.getOutputStream()
                    .write(
                            ("GET " + blob.getPath() + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static int status(HttpClient client, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
