package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is deleted is given back to the system, seen from outside the process.
final class MemoryGivenBackIT {
    private static final long LOGICAL_BYTES = 512L << 20;
    private static final long ALLOWED_BYTES = 40L << 20;
    private static final int[] SIZES = {1024, 4096, 20_000, 65_536, 300_000, 1_048_576};

    private final Random random = new Random(7);

    @Test
    void theResidentSizeIsBackAfterEverythingWasDeleted() throws Exception {
        try (ServiceProcess service = ServiceProcess.start()) {
            store(service, 16L << 20, "warm-up-");
            delete(service, "warm-up-");
            long before = service.residentBytes();

            int blobs = store(service, LOGICAL_BYTES, "blob-");
            long full = service.residentBytes();
            assertTrue(
                    full - before > LOGICAL_BYTES / 4,
                    "half-random content takes room: " + before + " -> " + full);

            delete(service, "blob-");
            long after = awaitResidentBelow(service, before + ALLOWED_BYTES);
            assertTrue(
                    after <= before + ALLOWED_BYTES,
                    blobs + " blobs: " + before + " -> " + full + " -> " + after);
        }
    }

    private static long awaitResidentBelow(ServiceProcess service, long bytes)
            throws IOException, InterruptedException {
        long now = service.residentBytes();
        for (int tenths = 0; tenths < 100 && now > bytes; tenths++) {
            Thread.sleep(100);
            now = service.residentBytes();
        }
        return now;
    }

    private int stored;

    private int store(ServiceProcess service, long bytes, String prefix)
            throws IOException, InterruptedException {
        long left = bytes;
        stored = 0;
        while (left > 0) {
            int size = (int) Math.min(left, SIZES[stored % SIZES.length]);
            HttpRequest put =
                    HttpRequest.newBuilder(uri(service, prefix + stored))
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(halfRandom(size)))
                            .build();
            assertEquals(201, status(service, put));
            left -= size;
            stored++;
        }
        return stored;
    }

    private void delete(ServiceProcess service, String prefix)
            throws IOException, InterruptedException {
        for (int i = 0; i < stored; i++) {
            HttpRequest delete = HttpRequest.newBuilder(uri(service, prefix + i)).DELETE().build();
            assertEquals(204, status(service, delete));
        }
    }

    private static int status(ServiceProcess service, HttpRequest request)
            throws IOException, InterruptedException {
        return service.client().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static URI uri(ServiceProcess service, String handle) {
        return service.api().resolve("/v1/pools/default/blobs/" + handle);
    }

    /// Every other 64 bytes random: LZ4 makes about half of it.
    private byte[] halfRandom(int size) {
        byte[] content = new byte[size];
        byte[] noise = new byte[64];
        for (int at = 0; at + 128 <= size; at += 128) {
            random.nextBytes(noise);
            System.arraycopy(noise, 0, content, at, noise.length);
        }
        return content;
    }
}
