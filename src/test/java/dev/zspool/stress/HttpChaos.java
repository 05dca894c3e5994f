package dev.zspool.stress;

import dev.zspool.service.ServiceProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A running service under stores, replacements, deletions, reads and uploads that break off, by
/// eight clients at once.
///
/// The model is two numbers a handle: the last operation that was begun and the last one that was
/// answered. What operation `k` of a handle is, and the content that it stores, follow from both
/// numbers. One client writes a handle, all read it. A read must give exactly the content, or the
/// absence, of an operation between the last one answered before it and the last one begun after
/// it.
public final class HttpChaos implements ChaosWorld {
    private static final int WORKERS = 8;
    private static final int HANDLES = 512;
    private static final int[] SIZES = {
        0, 5, 100, 1_000, 3_600, 4_100, 20_000, 65_536, 70_000, 300_000, 1_500_000
    };
    private static final int NOT_FOUND = 404;
    private static final Pattern NUMBER = Pattern.compile("\"(\\w+)\" *: *(\\d+)");

    private final ServiceProcess service;
    private final AtomicLongArray begun = new AtomicLongArray(HANDLES);
    private final AtomicLongArray answered = new AtomicLongArray(HANDLES);
    private final LongAdder stored = new LongAdder();
    private final LongAdder deleted = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder resets = new LongAdder();
    private final LongAdder brokenOff = new LongAdder();

    public HttpChaos() {
        try {
            service = ServiceProcess.start("-Dzspool.arena.size=1G");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public List<Worker> workers() {
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            int own = i;
            workers.add(random -> step(own, random));
        }
        return workers;
    }

    private void step(int own, SplittableRandom random) throws IOException, InterruptedException {
        int choice = random.nextInt(100);
        if (choice < 40) {
            write(random.nextInt(HANDLES / WORKERS) * WORKERS + own);
        } else if (choice < 99) {
            read(random.nextInt(HANDLES));
        } else {
            breakOff(random);
        }
    }

    private void write(int handle) throws IOException, InterruptedException {
        long operation = begun.incrementAndGet(handle);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(handle));
        boolean isStore = isStore(handle, operation);
        if (isStore) {
            request.PUT(HttpRequest.BodyPublishers.ofByteArray(content(handle, operation)));
        } else {
            request.DELETE();
        }
        int status =
                service.client()
                        .send(request.build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode();
        boolean existed = operation > 1 && isStore(handle, operation - 1);
        int expected = isStore ? (existed ? 204 : 201) : existed ? 204 : NOT_FOUND;
        if (status != expected) {
            throw new ChaosViolation(
                    "operation "
                            + operation
                            + " of handle "
                            + handle
                            + ": status "
                            + status
                            + " instead of "
                            + expected);
        }
        answered.set(handle, operation);
        (isStore ? stored : deleted).increment();
    }

    private void read(int handle) throws IOException, InterruptedException {
        long before = answered.get(handle);
        HttpResponse<byte[]> response;
        try {
            response =
                    service.client()
                            .send(
                                    HttpRequest.newBuilder(uri(handle)).build(),
                                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException reset) {
            // A long body whose blob is replaced meanwhile ends early; any other one must not.
            if (begun.get(handle) == before) {
                throw new ChaosViolation("handle " + handle + " was not touched, but: " + reset);
            }
            resets.increment();
            return;
        }
        long after = begun.get(handle);
        for (long operation = before; operation <= after; operation++) {
            if (isAnswerOf(response, handle, operation)) {
                reads.increment();
                return;
            }
        }
        throw new ChaosViolation(
                "handle "
                        + handle
                        + ": status "
                        + response.statusCode()
                        + " with "
                        + response.body().length
                        + " bytes is none of the operations "
                        + before
                        + " to "
                        + after);
    }

    private static boolean isAnswerOf(HttpResponse<byte[]> response, int handle, long operation) {
        boolean isThere = operation > 0 && isStore(handle, operation);
        return isThere
                ? response.statusCode() == 200
                        && Arrays.equals(response.body(), content(handle, operation))
                : response.statusCode() == NOT_FOUND;
    }

    /// An upload whose client goes away in the middle. Nothing of it may ever be found.
    private void breakOff(SplittableRandom random) throws IOException, InterruptedException {
        URI uri = service.api().resolve("/v1/pools/default/blobs/broken-off");
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            OutputStream out = socket.getOutputStream();
            String head =
                    "PUT "
                            + uri.getPath()
                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000\r\n\r\n";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[random.nextInt(399_999)]);
            out.flush();
        }
        int status =
                service.client()
                        .send(
                                HttpRequest.newBuilder(uri).build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode();
        if (status != NOT_FOUND) {
            throw new ChaosViolation("an upload that broke off was answered " + status);
        }
        brokenOff.increment();
    }

    /// Seven of ten operations store.
    private static boolean isStore(int handle, long operation) {
        return random(handle, operation).nextInt(10) < 7;
    }

    private static byte[] content(int handle, long operation) {
        SplittableRandom random = random(handle, operation + 1_000_000_007L);
        int size = SIZES[random.nextInt(SIZES.length)];
        byte[] content = new byte[size == 0 ? 0 : size - random.nextInt(Math.min(size, 5))];
        byte fill = (byte) random.nextInt();
        for (int at = 0; at < content.length; at++) {
            // Every other stretch of 64 bytes is random, the rest repeats: about half remains.
            content[at] = (at & 64) == 0 ? (byte) random.nextInt() : fill;
        }
        return content;
    }

    private static SplittableRandom random(int handle, long operation) {
        return new SplittableRandom(handle * 0x9E3779B97F4A7C15L + operation);
    }

    private URI uri(int handle) {
        return service.api().resolve("/v1/pools/default/blobs/chaos-" + handle);
    }

    @Override
    public void checkQuiet() {
        int expected = 0;
        for (int handle = 0; handle < HANDLES; handle++) {
            long last = answered.get(handle);
            expected += last > 0 && isStore(handle, last) ? 1 : 0;
        }
        // A connection that was cut is noticed a moment later.
        for (int attempt = 0; poolNumber("blobs") != expected; attempt++) {
            if (attempt == 50) {
                throw new ChaosViolation(poolNumber("blobs") + " blobs instead of " + expected);
            }
            pause();
        }
    }

    @Override
    public void finish() {
        try (service) {
            for (int handle = 0; handle < HANDLES; handle++) {
                service.client()
                        .send(
                                HttpRequest.newBuilder(uri(handle)).DELETE().build(),
                                HttpResponse.BodyHandlers.discarding());
            }
            for (int attempt = 0; poolNumber("mem_used_total") != 0; attempt++) {
                if (attempt == 50) {
                    throw new ChaosViolation(poolNumber("mem_used_total") + " pool bytes are left");
                }
                pause();
            }
            if (service.output().contains("ERROR")) {
                throw new ChaosViolation("the service logged an error:\n" + service.output());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private long poolNumber(String name) {
        try {
            String json =
                    service.client()
                            .send(
                                    HttpRequest.newBuilder(
                                                    service.api().resolve("/v1/pools/default"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body();
            Matcher numbers = NUMBER.matcher(json);
            while (numbers.find()) {
                if (numbers.group(1).equals(name)) {
                    return Long.parseLong(numbers.group(2));
                }
            }
            throw new ChaosViolation("no " + name + " in " + json);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public String summary() {
        return stored
                + " stored, "
                + deleted
                + " deleted, "
                + reads
                + " reads verified, "
                + resets
                + " long reads ended by a replacement, "
                + brokenOff
                + " uploads broken off";
    }
}
