package dev.zspool.bench.rss;

import java.io.IOException;

/// Memcached with room for everything.
final class MemcachedStore extends ServerStore {
    static final String PROGRAM = "memcached";

    /// @param mebibytes that it may take
    MemcachedStore(String version, int mebibytes) throws IOException, InterruptedException {
        super("memcached " + version, start(mebibytes));
    }

    private static ServerProcess start(int mebibytes) throws IOException, InterruptedException {
        int port = ServerProcess.freePort();
        return ServerProcess.start(
                port,
                PROGRAM,
                "-p",
                String.valueOf(port),
                "-l",
                "127.0.0.1",
                "-m",
                String.valueOf(mebibytes),
                "-u",
                System.getProperty("user.name"));
    }

    @Override
    public StoreWire connect() throws IOException {
        return new Wire(server.port());
    }

    @Override
    public String compact() {
        return "it has nothing like it";
    }

    private static final class Wire extends StoreWire {
        Wire(int port) throws IOException {
            super(port);
        }

        @Override
        void put(int key, byte[] content) throws IOException {
            send("set k" + key + " 0 0 " + content.length + "\r\n");
            send(content);
            send("\r\n");
        }

        @Override
        void delete(int key) throws IOException {
            send("delete k" + key + "\r\n");
        }

        @Override
        void get(int key) throws IOException {
            send("get k" + key + "\r\n");
        }

        @Override
        void expectDone() throws IOException {
            String answer = line();
            if (!answer.equals("STORED") && !answer.equals("DELETED")) {
                throw new IOException("memcached: " + answer);
            }
        }

        @Override
        byte[] expectContent() throws IOException {
            String head = line();
            if (head.equals("END")) {
                return new byte[0];
            }
            byte[] content = bytes(Integer.parseInt(head.substring(head.lastIndexOf(' ') + 1)));
            line();
            line();
            return content;
        }
    }
}
