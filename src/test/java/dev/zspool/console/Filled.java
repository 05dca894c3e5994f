package dev.zspool.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zspool.service.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/// A service with tens of thousands of blobs, of which many were deleted; nothing is compacted by
/// itself.
final class Filled implements AutoCloseable {
    static final int STORED = 30_000;
    static final int DELETED = 12_000;
    private static final long SEED = 8;
    private static final int AT_ONCE = 64;

    private final Path data =
            Path.of("target", "service-data", "console-" + UUID.randomUUID()).toAbsolutePath();
    private ServiceProcess process;
    private final ObjectMapper json = new ObjectMapper();

    Filled() throws IOException, InterruptedException {
        process = ServiceProcess.start(properties());
        fill();
    }

    private String[] properties() {
        return new String[] {
            "-Dzspool.data.directory=" + data,
            "-Dzspool.pool.durability=async",
            "-Dzspool.upkeep.background=false",
            "-Dzspool.arena.size=256M"
        };
    }

    private void fill() throws InterruptedException {
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> handles = new ArrayList<>();
        Semaphore room = new Semaphore(AT_ONCE);
        for (int at = 0; at < STORED; at++) {
            String handle = "record-" + at;
            handles.add(handle);
            sendLater(
                    room,
                    blob(handle)
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(content(random)))
                            .build());
        }
        room.acquire(AT_ONCE);
        room.release(AT_ONCE);
        for (int at = 0; at < DELETED; at++) {
            String gone = handles.remove(random.nextInt(handles.size()));
            sendLater(room, blob(gone).DELETE().build());
        }
        room.acquire(AT_ONCE);
    }

    private static byte[] content(SplittableRandom random) {
        int words = 1 << random.nextInt(2, 8);
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < words; word++) {
            text.append("field").append(random.nextInt(500)).append('=').append(random.nextLong());
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder blob(String handle) {
        return HttpRequest.newBuilder(process.api().resolve("/v1/pools/default/blobs/" + handle));
    }

    private void sendLater(Semaphore room, HttpRequest request) throws InterruptedException {
        room.acquire();
        CompletableFuture<HttpResponse<Void>> answer =
                process.client().sendAsync(request, BodyHandlers.discarding());
        var _ =
                answer.whenComplete((response, failure) -> {
                    room.release();
                    if (failure != null || response.statusCode() >= 300) {
                        throw new IllegalStateException(request + ": " + response, failure);
                    }
                });
    }

    ServiceProcess process() {
        return process;
    }

    /// What the API says.
    JsonNode get(String path) throws IOException, InterruptedException {
        return send("GET", path);
    }

    JsonNode send(String method, String path) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(process.api().resolve(path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        return json.readTree(process.client().send(request, BodyHandlers.ofString()).body());
    }

    /// Stores a blob of some type.
    void store(String handle, String type, String content)
            throws IOException, InterruptedException {
        process.client()
                .send(
                        blob(handle)
                                .header("Content-Type", type)
                                .PUT(HttpRequest.BodyPublishers.ofString(content))
                                .build(),
                        BodyHandlers.discarding());
    }

    /// Ends the service, and starts it anew at the same place, with what the journal has.
    void restart(Runnable meanwhile) throws IOException, InterruptedException {
        ServiceProcess old = process;
        old.kill();
        meanwhile.run();
        process = old.startAgain(properties());
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
