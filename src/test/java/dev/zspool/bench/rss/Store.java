package dev.zspool.bench.rss;

import java.io.IOException;

/// A store that runs in a process of its own.
interface Store extends AutoCloseable {
    /// With its version.
    String name();

    long pid();

    /// One more connection to it.
    StoreWire connect() throws IOException;

    /// Packs what is scattered, as far as it can be told to.
    ///
    /// @return what it said
    String compact() throws IOException, InterruptedException;

    /// Gives memory back and keeps what it holds, as far as it can be told to.
    ///
    /// @return what it said
    String shrink(long bytes) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
