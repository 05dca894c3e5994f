package dev.zspool.bench.rss;

import java.io.IOException;

/// A store that is installed here, and only drops what it holds.
abstract class ServerStore implements Store {
    private final String name;
    final ServerProcess server;

    ServerStore(String name, ServerProcess server) {
        this.name = name;
        this.server = server;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final long pid() {
        return server.pid();
    }

    @Override
    public abstract StoreWire connect() throws IOException;

    @Override
    public final String shrink(long bytes) {
        return "it can only drop what it holds";
    }

    @Override
    public final void close() {
        server.close();
    }
}
