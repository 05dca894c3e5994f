package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the service takes before it holds anything, and the archive that it starts from.
final class EmptyServiceIT {
    private static final long MOST_RESIDENT_BYTES = 150L << 20;

    @Test
    void isSmall() throws Exception {
        try (ServiceProcess service = ServiceProcess.start()) {
            use(service);
            // The JVM gives what a start has left over back every ten seconds.
            long now = service.residentBytes();
            for (int tenths = 0; tenths < 400 && now > MOST_RESIDENT_BYTES; tenths++) {
                Thread.sleep(100);
                now = service.residentBytes();
            }
            assertTrue(now <= MOST_RESIDENT_BYTES, now + " bytes resident");
        }
    }

    @Test
    void startsFromTheArchive() throws Exception {
        try (ServiceProcess service = ServiceProcess.start()) {
            String maps = Files.readString(Path.of("/proc/" + service.pid() + "/maps"));
            assertTrue(maps.contains("/start.aot\n"), service.output());
            assertFalse(service.output().contains("[aot]"), service.output());
        }
    }

    @Test
    void startsWithoutTheArchive(@TempDir Path folder) throws Exception {
        Path none = folder.resolve("none.aot");
        Path damaged = Files.write(folder.resolve("damaged.aot"), new byte[100_000]);
        for (Path archive : new Path[] {none, damaged}) {
            try (ServiceProcess service = ServiceProcess.start("-XX:AOTCache=" + archive)) {
                use(service);
            }
        }
    }

    private static void use(ServiceProcess service) throws IOException, InterruptedException {
        URI blob = service.api().resolve("/v1/pools/default/blobs/blob");
        HttpRequest put =
                HttpRequest.newBuilder(blob)
                        .PUT(HttpRequest.BodyPublishers.ofString("content".repeat(100)))
                        .build();
        assertEquals(201, status(service, put));
        assertEquals(200, status(service, HttpRequest.newBuilder(blob).build()));
        assertEquals(204, status(service, HttpRequest.newBuilder(blob).DELETE().build()));
    }

    private static int status(ServiceProcess service, HttpRequest request)
            throws IOException, InterruptedException {
        return service.client().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
