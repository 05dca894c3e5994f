package dev.zspool.boot;

import dev.zspool.http.ConnectionCounts;
import dev.zspool.http.GuardedTransport;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.spi.VertxServiceProvider;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.ConfigProvider;

/// Has the server accept connections through {@link GuardedTransport}. Made before there is
/// anything that could hand it its configuration.
public final class ConnectionGuard implements VertxServiceProvider {
    private static final String KEY = "zspool.http.max-connections";
    private static final int LEAST = 16;
    private static final int MOST = 100_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /// There is one server in a process, made before anything that could hand this on.
    private static final AtomicReference<ConnectionCounts> COUNTS =
            new AtomicReference<>(new ConnectionCounts(0));

    static ConnectionCounts counts() {
        return COUNTS.get();
    }

    @Override
    public void init(VertxBuilder builder) {
        int mostConnections = ConfigProvider.getConfig().getValue(KEY, Integer.class);
        ConfigCheck.require(
                mostConnections >= LEAST && mostConnections <= MOST,
                KEY,
                mostConnections,
                LEAST + " to " + MOST);
        ConnectionCounts counts = new ConnectionCounts(mostConnections);
        COUNTS.set(counts);
        builder.findTransport(
                new GuardedTransport(counts, () -> System.nanoTime() / NANOS_PER_MILLI));
    }
}
