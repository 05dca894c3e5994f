package dev.zspool.crash;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A service that keeps everything in this process, survives each kill, and sins at it if told to:
/// a harness that does not see that sees nothing.
final class FakeService implements Victim {
    /// What goes wrong at a kill.
    enum Sin {
        NONE,
        LOSES_A_WRITE,
        KEEPS_THE_OLD_VERSION,
        UNDOES_A_DELETE,
        TEARS_A_BLOB,
        MIXES_TWO_BLOBS,
        FORGETS_A_TYPE,
        FORGETS_AN_END,
        CHANGES_AN_ETAG,
        LOSES_A_POOL,
        FORGETS_SETTINGS,
        BRINGS_A_POOL_BACK,
        LISTS_THE_DEAD,
        KEEPS_WHAT_IS_IN_MEMORY_ONLY
    }

    private static final class Blob {
        private final byte[] content;
        private final String type;
        private final String etag;
        private final long endsMillis;

        private Blob(byte[] content, String type, String etag, long endsMillis) {
            this.content = content;
            this.type = type;
            this.etag = etag;
            this.endsMillis = endsMillis;
        }

        private boolean isAlive() {
            return System.currentTimeMillis() < endsMillis;
        }
    }

    private static final class Pool {
        private final Map<String, Blob> blobs = new TreeMap<>();
        private String settings = "";
        private String firstSettings = "";
    }

    private static final int DAMAGED_AT = 3;

    private final Sin sin;
    private Map<String, Pool> pools = new TreeMap<>();
    private final Map<String, Pool> destroyed = new TreeMap<>();
    private @Nullable HttpServer server;
    private @Nullable ExecutorService threads;
    private String lastPool = "";
    private String lastHandle = "";
    private String deletedHandle = "";
    private String dead = "";
    private @Nullable Blob replaced;
    private @Nullable Blob deleted;
    private long writes;
    private int kills;

    /// 0 while it does not run.
    private int port;

    FakeService(Sin sin) {
        this.sin = sin;
    }

    @Override
    public synchronized void start() throws IOException {
        HttpServer starting =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        threads = Executors.newVirtualThreadPerTaskExecutor();
        starting.setExecutor(threads);
        starting.createContext("/v1/pools/", this::handle);
        starting.start();
        server = starting;
        port = starting.getAddress().getPort();
    }

    @Override
    public void startAndKill(Duration after) throws IOException {
        start();
        stop();
    }

    private synchronized void stop() {
        if (server != null && threads != null) {
            server.stop(0);
            threads.shutdownNow();
            port = 0;
        }
    }

    @Override
    public void kill() {
        stop();
        synchronized (this) {
            if (++kills >= DAMAGED_AT) {
                sin();
            }
            for (Pool pool : pools.values()) {
                if (pool.settings.contains("\"none\"") && sin != Sin.KEEPS_WHAT_IS_IN_MEMORY_ONLY) {
                    pool.blobs.clear();
                }
            }
        }
    }

    private void sin() {
        Pool pool = pools.getOrDefault(lastPool, new Pool());
        Blob last = pool.blobs.get(lastHandle);
        if (last == null || !last.isAlive()) {
            return;
        }
        byte[] content = last.content.clone();
        switch (sin) {
            case NONE, KEEPS_WHAT_IS_IN_MEMORY_ONLY -> {}
            case LOSES_A_WRITE -> pool.blobs.remove(lastHandle);
            case KEEPS_THE_OLD_VERSION ->
                    Optional.ofNullable(replaced).ifPresent(old -> pool.blobs.put(lastHandle, old));
            case UNDOES_A_DELETE ->
                    Optional.ofNullable(deleted)
                            .filter(blob -> !pool.blobs.containsKey(deletedHandle))
                            .ifPresent(blob -> pool.blobs.put(deletedHandle, blob));
            case TEARS_A_BLOB -> {
                Arrays.fill(content, content.length / 2, content.length, (byte) 0);
                put(pool, content, last.type, last.etag, last.endsMillis);
            }
            case MIXES_TWO_BLOBS -> {
                byte[] other = replaced == null ? new byte[0] : replaced.content;
                System.arraycopy(other, 0, content, 0, Math.min(content.length, other.length) / 2);
                put(pool, content, last.type, last.etag, last.endsMillis);
            }
            case FORGETS_A_TYPE ->
                    put(pool, content, "application/octet-stream", last.etag, last.endsMillis);
            case FORGETS_AN_END -> put(pool, content, last.type, last.etag, 1L << 42);
            case CHANGES_AN_ETAG -> put(pool, content, last.type, "\"new\"", last.endsMillis);
            case LOSES_A_POOL -> pools.remove(lastPool);
            case FORGETS_SETTINGS -> pool.settings = pool.firstSettings;
            case BRINGS_A_POOL_BACK ->
                    destroyed.forEach((name, old) -> pools.putIfAbsent(name, old));
            case LISTS_THE_DEAD -> dead = "{\"handle\":\"dead\"},";
        }
    }

    private void put(Pool pool, byte[] content, String type, String etag, long endsMillis) {
        pool.blobs.put(lastHandle, new Blob(content, type, etag, endsMillis));
    }

    @Override
    public URI api() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    @Override
    public String output() {
        return "";
    }

    @Override
    public void close() {
        stop();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        String method = exchange.getRequestMethod();
        synchronized (this) {
            if (exchange.getLocalAddress().getPort() != port) {
                // Killed meanwhile.
                exchange.close();
                return;
            }
            if (path.length == 4) {
                pool(exchange, method, path[3], new String(body, StandardCharsets.UTF_8));
                return;
            }
            Pool pool = pools.get(path[3]);
            if (pool == null) {
                answer(exchange, 404, "{}");
            } else if (path.length == 6) {
                blob(exchange, pool, path[3], path[5], body);
            } else if (method.equals("POST")) {
                answer(exchange, 200, "{}");
            } else {
                answer(
                        exchange,
                        200,
                        pool.blobs.entrySet().stream()
                                .filter(entry -> entry.getValue().isAlive())
                                .map(entry -> "{\"handle\":\"" + entry.getKey() + "\"}")
                                .collect(Collectors.joining(",", "[" + dead, "]")));
            }
        }
    }

    private void pool(HttpExchange exchange, String method, String name, String json)
            throws IOException {
        Pool pool = pools.get(name);
        if (method.equals("PUT")) {
            Pool made = pools.computeIfAbsent(name, any -> new Pool());
            made.settings = json;
            made.firstSettings = made.firstSettings.isEmpty() ? json : made.firstSettings;
            answer(exchange, pool == null ? 201 : 200, json);
        } else if (pool == null) {
            answer(exchange, 404, "{}");
        } else if (method.equals("DELETE")) {
            destroyed.put(name, pool);
            pools.remove(name);
            answer(exchange, 204, "");
        } else {
            answer(exchange, 200, pool.settings);
        }
    }

    private void blob(HttpExchange exchange, Pool pool, String name, String handle, byte[] body)
            throws IOException {
        Blob before =
                Optional.ofNullable(pool.blobs.get(handle)).filter(Blob::isAlive).orElse(null);
        String ifMatch = exchange.getRequestHeaders().getFirst("If-Match");
        String ifNoneMatch = exchange.getRequestHeaders().getFirst("If-None-Match");
        boolean isRefused =
                (ifMatch != null && (before == null || !ifMatch.equals(before.etag)))
                        || (ifNoneMatch != null && before != null);
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                if (isRefused) {
                    answer(exchange, 412, "{}");
                    return;
                }
                String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
                long ends =
                        query.isEmpty()
                                ? Long.MAX_VALUE
                                : System.currentTimeMillis()
                                        + 1000 * Long.parseLong(query.substring("ttl=".length()));
                String etag = "\"" + ++writes + "\"";
                String type = exchange.getRequestHeaders().getFirst("Content-Type");
                if (name.equals("crash-sync") && (sin != Sin.FORGETS_AN_END || !query.isEmpty())) {
                    lastPool = name;
                    lastHandle = handle;
                    replaced = before;
                }
                pool.blobs.put(handle, new Blob(body, type, etag, ends));
                exchange.getResponseHeaders().set("ETag", etag);
                answer(exchange, before == null ? 201 : 204, "");
            }
            case "DELETE" -> {
                if (before != null && name.equals("crash-sync")) {
                    deleted = before;
                    deletedHandle = handle;
                }
                pool.blobs.remove(handle);
                answer(exchange, before == null ? 404 : 204, "");
            }
            default -> read(exchange, before);
        }
    }

    private static void read(HttpExchange exchange, @Nullable Blob blob) throws IOException {
        if (blob == null) {
            answer(exchange, 404, "{}");
            return;
        }
        exchange.getResponseHeaders().set("ETag", blob.etag);
        exchange.getResponseHeaders().set("Content-Type", blob.type);
        if (blob.endsMillis != Long.MAX_VALUE) {
            long left = blob.endsMillis - System.currentTimeMillis();
            exchange.getResponseHeaders().set("Cache-Control", "max-age=" + left / 1000);
        }
        send(exchange, 200, blob.content);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }
}
