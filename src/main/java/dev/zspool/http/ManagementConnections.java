package dev.zspool.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// Tells the {@link ConnectionTable} of the management port about requests, as {@link
/// OpenConnections} does for the API: it would take each connection for one that never completes a
/// head, and cut those that are kept in the middle of a scrape.
@Singleton
final class ManagementConnections {

    /// Before every other route.
    private static final int ORDER = -20_000;

    ManagementConnections() {}

    void register(@Observes ManagementInterface port) {
        port.router().route().order(ORDER).handler(ManagementConnections::enter);
    }

    private static void enter(RoutingContext context) {
        if (context.request().connection() instanceof ConnectionBase connection) {
            Channel channel = connection.channel();
            ConnectionPlace place = ConnectionPlace.of(channel);
            if (place != null) {
                place.begin();
                context.addEndHandler(answered -> end(channel.eventLoop(), place));
            }
        }
        context.next();
    }

    /// Whoever wrote the last byte calls this.
    private static void end(EventLoop loop, ConnectionPlace place) {
        if (loop.inEventLoop()) {
            place.end();
        } else {
            loop.execute(place::end);
        }
    }
}
