package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The only replica is stopped and started again under load: clients that try again for half a
/// minute see no failed request, and nothing that was acknowledged is lost.
final class RollingRestartIT {
    private static final int CLIENTS = 8;
    private static final int RESTARTS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String DURABLE = "default";
    private static final String LAZY = "lazy";

    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final AtomicInteger triedAgain = new AtomicInteger();
    private final Semaphore done = new Semaphore(0);
    private volatile boolean isOver;

    @TempDir Path folder;

    @Test
    void noRequestFailsAndNothingIsLost() throws Exception {
        String data = "-Dzspool.data.directory=" + folder;
        ServiceProcess service = ServiceProcess.start(data);
        URI api = service.api();
        try (HttpClient client = newClient();
                ExecutorService clients =
                        Executors.newFixedThreadPool(
                                CLIENTS, Thread.ofPlatform().name("client-", 0).factory())) {
            HttpRequest pool =
                    HttpRequest.newBuilder(api.resolve("/v1/pools/" + LAZY))
                            .header("Content-Type", "application/json")
                            .PUT(HttpRequest.BodyPublishers.ofString("{\"durability\":\"async\"}"))
                            .build();
            assertEquals(201, insist(client, pool, status -> status == 201).statusCode());
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                ends.add(clients.submit((Callable<?>) () -> load(client, api, number)));
            }
            try {
                for (int i = 0; i < RESTARTS; i++) {
                    done.acquire(200);
                    service.signal("TERM");
                    assertEquals(143, service.awaitEnd(), service.output());
                    String said = service.output();
                    assertTrue(!said.contains("WARN  [dev.zspool"), said);
                    assertTrue(!said.contains(" ERROR "), said);
                    service.close();
                    service = service.startAgain(data);
                }
                done.drainPermits();
                done.acquire(200);
            } finally {
                isOver = true;
            }
            for (Future<?> end : ends) {
                end.get();
            }
            assertTrue(triedAgain.get() > 0, "no client noticed");
            assertTrue(acknowledged.size() > 400, acknowledged.size() + " stored");
            for (Map.Entry<String, String> blob : acknowledged.entrySet()) {
                HttpRequest get = HttpRequest.newBuilder(api.resolve(blob.getKey())).build();
                assertEquals(
                        blob.getValue(),
                        insist(client, get, status -> status == 200).body(),
                        blob.getKey());
            }
        } finally {
            service.close();
        }
    }

    /// Stores blobs in both pools and reads each back.
    private Void load(HttpClient client, URI api, int number)
            throws IOException, InterruptedException {
        for (int i = 0; !isOver; i++) {
            String pool = (i & 1) == 0 ? DURABLE : LAZY;
            String path = "/v1/pools/" + pool + "/blobs/b-" + number + "-" + i;
            String content = (path + " ").repeat(1 + i % 500);
            HttpRequest put =
                    HttpRequest.newBuilder(api.resolve(path))
                            .PUT(HttpRequest.BodyPublishers.ofString(content))
                            .build();
            insist(client, put, status -> status == 201 || status == 204 || status == 200);
            acknowledged.put(path, content);
            HttpRequest get = HttpRequest.newBuilder(api.resolve(path)).build();
            assertEquals(content, insist(client, get, status -> status == 200).body());
            done.release();
        }
        return null;
    }

    /// Sends a request until it succeeds; every answer but success is a failure at once, as long as
    /// it is not one that says to come back.
    private HttpResponse<String> insist(
            HttpClient client, HttpRequest request, Predicate<Integer> isSuccess)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                HttpResponse<String> answer =
                        client.send(request, HttpResponse.BodyHandlers.ofString());
                if (isSuccess.test(answer.statusCode())) {
                    return answer;
                }
                if (answer.statusCode() != 503 || System.nanoTime() > deadline) {
                    throw new AssertionError(request + ": " + answer + " " + answer.body());
                }
            } catch (IOException cut) {
                if (System.nanoTime() > deadline) {
                    throw cut;
                }
            }
            triedAgain.incrementAndGet();
            Thread.sleep(20);
        }
    }

    private static HttpClient newClient() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }
}
