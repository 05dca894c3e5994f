package dev.zspool.crash;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/// A service with a data directory that can be ended at any moment.
interface Victim extends AutoCloseable {
    /// Starts it on its directory and waits until it is ready.
    void start() throws IOException, InterruptedException;

    /// Starts it and kills it some time after the start has begun, ready or not.
    void startAndKill(Duration after) throws IOException, InterruptedException;

    /// Ends it without giving it a chance to do anything.
    void kill() throws IOException, InterruptedException;

    /// Where it listens, while it runs.
    URI api();

    /// What it has printed, as far as it is known.
    String output() throws IOException;

    @Override
    void close() throws IOException;
}
