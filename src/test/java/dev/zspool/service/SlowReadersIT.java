package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
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
        try (ServiceProcess service = ServiceProcess.start("-Dzspool.pool.durability=none")) {
            URI blob = service.api().resolve("/v1/pools/default/blobs/blob");
            byte[] content = new byte[BLOB_BYTES];
            new Random(1).nextBytes(content);
            assertEquals(
                    201,
                    status(
                            service,
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
            // On the connection of the upload, which was there before.
            for (int i = 0; i < 100; i++) {
                assertEquals(200, status(service, HttpRequest.newBuilder(blob).HEAD()));
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

    private static int status(ServiceProcess service, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return service.client()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
