package dev.zspool.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// When a service compacted or defragmented, and what that brought, by its own events.
final class PassLog implements AutoCloseable {
    private static final Pattern KIND =
            Pattern.compile("\"kind\":\"(COMPACTION|DEFRAGMENTATION)_(STARTED|FINISHED)\"");
    private static final Pattern AT = Pattern.compile("\"at\":\"([^\"]+)\"");
    private static final Pattern NUMBER = Pattern.compile("\"(\\w+)\":(\\d+)");

    private final Socket socket;
    private final List<Pass> passes = new ArrayList<>();

    /// One pass. Times are microseconds of the wall clock.
    record Pass(boolean isCompaction, long began, long ended, long freed, long moved) {}

    PassLog(URI api) throws IOException {
        this.socket = new Socket(api.getHost(), api.getPort());
        OutputStream out = socket.getOutputStream();
        out.write(
                "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        Thread.ofPlatform().daemon().start(this::listen);
    }

    static long nowMicros() {
        return micros(Instant.now());
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private void listen() {
        long[] began = new long[2];
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Matcher kind = KIND.matcher(line);
                Matcher at = AT.matcher(line);
                if (kind.find() && at.find()) {
                    boolean isCompaction = "COMPACTION".equals(kind.group(1));
                    long time = micros(Instant.parse(at.group(1)));
                    if ("STARTED".equals(kind.group(2))) {
                        began[isCompaction ? 1 : 0] = time;
                    } else {
                        add(line, isCompaction, began[isCompaction ? 1 : 0], time);
                    }
                }
            }
        } catch (IOException closed) {
            // That is how it ends.
        }
    }

    private void add(String line, boolean isCompaction, long began, long ended) {
        long freed = 0;
        long moved = 0;
        Matcher numbers = NUMBER.matcher(line);
        while (numbers.find()) {
            switch (numbers.group(1)) {
                case "freedPages", "freedPageblocks" -> freed = Long.parseLong(numbers.group(2));
                case "movedObjects", "migratedPages" -> moved = Long.parseLong(numbers.group(2));
                default -> {
                    // Not asked for.
                }
            }
        }
        synchronized (passes) {
            passes.add(new Pass(isCompaction, began, ended, freed, moved));
        }
    }

    /// The passes that ended in this time.
    List<Pass> between(long fromMicros, long toMicros) {
        synchronized (passes) {
            return passes.stream()
                    .filter(pass -> pass.ended >= fromMicros && pass.began <= toMicros)
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
