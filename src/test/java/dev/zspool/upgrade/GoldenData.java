package dev.zspool.upgrade;

import dev.zspool.service.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// What the golden data consists of, as requests: they are to be understood by every release.
final class GoldenData {
    /// Of the service that makes it and of those that read it: the pool `default` follows them.
    static final String[] OPTIONS = {
        "-Dzspool.arena.size=64M", "-Dzspool.pool.limit=32M", "-Dzspool.journal.ballast=64K"
    };

    private static final int[] SIZES = {0, 1, 100, 4_095, 4_096, 65_536, 65_537, 200_000, 700_000};

    /// Two pieces in the journal.
    private static final int RAW_BYTES = 280_000;

    private static final int SMALL_BLOBS = 60;

    private final ServiceProcess service;

    GoldenData(ServiceProcess service) {
        this.service = service;
    }

    /// Pools of every kind and what is in them; most of it in a state that only a stop makes.
    void begin() throws IOException, InterruptedException {
        pool("archive", "{\"chainSize\":4,\"limitBytes\":4194304,\"maxBlobBytes\":1073741824}");
        pool("sessions", "{\"durability\":\"async\",\"defaultTtlSeconds\":315360000}");
        pool("cache", "{\"durability\":\"none\",\"full\":\"evict\",\"limitBytes\":1048576}");
        pool("gone", "{\"chainSize\":16}");
        for (int size : SIZES) {
            put("default", "text-" + size, text(size, size));
            put("default", "same-" + size, new byte[size]);
        }
        put("archive", "raw-in-two-pieces", incompressible(RAW_BYTES));
        put("archive", "short-life", text(1, 9_000), "ttl=PT80000H", Map.of());
        put("default", "~".repeat(128), text(2, 300), "", Map.of("Content-Type", "text/plain"));
        put("default", "A.z_0-~", text(3, 300), "", Map.of("Content-Encoding", "gzip"));
        put(
                "default",
                "both",
                text(4, 70_000),
                "ttl=300000000",
                Map.of("Content-Type", "application/json;charset=utf-8", "Content-Encoding", "br"));
        for (int i = 0; i < SMALL_BLOBS; i++) {
            put("sessions", "small-" + i, text(i, 37 * i));
            put("archive", "small-" + i, text(i, 11 * i));
            put("cache", "small-" + i, text(i, 99));
            put("gone", "small-" + i, text(i, 99));
        }
        for (int i = 0; i < SMALL_BLOBS; i += 5) {
            delete("sessions/blobs/small-" + i);
            put("sessions", "small-" + (i + 1), text(-i, 50 * i));
        }
        delete("gone?force=true");
        // All of it is on the disk only then, until it is read: a list of what is in memory is
        // kept.
        post("archive/eviction", "{\"targetBytes\":0}");
        for (int i = 1; i < SMALL_BLOBS; i += 4) {
            send(request("archive/blobs/small-" + i).GET(), 200);
        }
    }

    /// What lies in the log only when the service is killed then.
    void goOn() throws IOException, InterruptedException {
        put("default", "text-100", text(7, 100));
        put("archive", "last", text(8, 20_000), "", Map.of("Content-Type", "text/html"));
        put("sessions", "last", text(9, 500), "ttl=P3000D", Map.of());
        delete("archive/blobs/small-3");
        delete("default/blobs/same-4096");
    }

    private void pool(String name, String settings) throws IOException, InterruptedException {
        send(request(name).PUT(json(settings)).header("Content-Type", "application/json"), 201);
    }

    private void post(String path, String body) throws IOException, InterruptedException {
        send(request(path).POST(json(body)).header("Content-Type", "application/json"), 200);
    }

    private void delete(String path) throws IOException, InterruptedException {
        send(request(path).DELETE(), 204);
    }

    private void put(String pool, String handle, byte[] content)
            throws IOException, InterruptedException {
        put(pool, handle, content, "", Map.of());
    }

    private void put(
            String pool, String handle, byte[] content, String query, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(pool + "/blobs/" + handle + (query.isEmpty() ? "" : "?" + query))
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(content));
        headers.forEach(request::header);
        send(request, 201, 204);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(service.api().resolve("/v1/pools/" + path));
    }

    private static HttpRequest.BodyPublisher json(String text) {
        return HttpRequest.BodyPublishers.ofString(text);
    }

    private void send(HttpRequest.Builder request, int... expected)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                service.client().send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (Arrays.stream(expected).noneMatch(status -> status == answer.statusCode())) {
            throw new IllegalStateException(
                    answer.request() + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    private static byte[] text(long seed, int length) {
        StringBuilder text = new StringBuilder(length + 64);
        for (long line = 0; text.length() < length; line++) {
            text.append("line ")
                    .append(line)
                    .append(" of ")
                    .append(seed)
                    .append(" is like others\n");
        }
        return text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    /// No four bytes come twice within 64 KiB, which is all that LZ4 looks for; an archiver finds
    /// more in it, so that the golden data is small in the repository.
    private static byte[] incompressible(int length) {
        byte[] bytes = new byte[length];
        for (int at = 0; at + 4 <= length; at += 4) {
            int number = at / 4;
            bytes[at + 2] = (byte) (1 + number / 128 % 128);
            bytes[at + 3] = (byte) (1 + number % 128);
        }
        return bytes;
    }
}
