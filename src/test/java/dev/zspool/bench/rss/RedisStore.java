package dev.zspool.bench.rss;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Redis without persistence.
final class RedisStore extends ServerStore {
    static final String PROGRAM = "redis-server";

    RedisStore(String version) throws IOException, InterruptedException {
        super("Redis " + version, start());
    }

    private static ServerProcess start() throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        return ServerProcess.start(
                port,
                PROGRAM,
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no");
    }

    @Override
    public StoreWire connect() throws IOException {
        return new Wire(server.port());
    }

    @Override
    public String compact() throws IOException {
        return "activedefrag: "
                + command("CONFIG", "SET", "activedefrag", "yes")
                + "; MEMORY PURGE: "
                + command("MEMORY", "PURGE");
    }

    private String command(String... words) throws IOException {
        try (Wire wire = new Wire(server.port())) {
            wire.command(words);
            wire.flush();
            return wire.line();
        }
    }

    private static final class Wire extends StoreWire {
        Wire(int port) throws IOException {
            super(port);
        }

        void command(String... words) throws IOException {
            send("*" + words.length + "\r\n");
            for (String word : words) {
                bulk(word.getBytes(StandardCharsets.US_ASCII));
            }
        }

        private void bulk(byte[] bytes) throws IOException {
            send("$" + bytes.length + "\r\n");
            send(bytes);
            send("\r\n");
        }

        @Override
        void put(int key, byte[] content) throws IOException {
            send("*3\r\n$3\r\nSET\r\n");
            bulk(("k" + key).getBytes(StandardCharsets.US_ASCII));
            bulk(content);
        }

        @Override
        void delete(int key) throws IOException {
            command("DEL", "k" + key);
        }

        @Override
        void get(int key) throws IOException {
            command("GET", "k" + key);
        }

        @Override
        void expectDone() throws IOException {
            String answer = line();
            if (!answer.equals("+OK") && !answer.equals(":1")) {
                throw new IOException("Redis: " + answer);
            }
        }

        @Override
        byte[] expectContent() throws IOException {
            int length = Integer.parseInt(line().substring(1));
            if (length < 0) {
                return new byte[0];
            }
            byte[] content = bytes(length);
            line();
            return content;
        }
    }
}
