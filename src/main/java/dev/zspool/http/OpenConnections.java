package dev.zspool.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The connections of the API, and how they end when the service stops.
///
/// The framework counts an answer as done when its last byte is handed over, and then cuts the
/// connection although a slow client has not taken it yet. Here a connection is done when it is
/// closed, and it is closed behind the last byte.
@Singleton
public final class OpenConnections {

    /// Before every filter that may answer, so that every request counts.
    private static final int PRIORITY = 20_000;

    private final Set<Client> open = ConcurrentHashMap.newKeySet();
    private final Set<Channel> listening = ConcurrentHashMap.newKeySet();
    private volatile Phase phase = Phase.SERVING;

    private enum Phase {
        SERVING,
        /// Everything is served, and every client told to go elsewhere for its next request.
        LEAVING,
        /// No new connections are taken.
        CLOSING
    }

    OpenConnections() {}

    void register(@Observes Filters filters) {
        filters.register(this::enter, PRIORITY);
    }

    private void enter(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.connection() instanceof ConnectionBase connection) {
            Client client = clientOf(connection);
            client.begin(request);
            context.addHeadersEndHandler(head -> {
                if (phase != Phase.SERVING) {
                    context.response().headers().set(HttpHeaders.CONNECTION, "close");
                }
            });
            context.addEndHandler(answered -> client.end());
        }
        context.next();
    }

    /// Runs on the connection's event loop, so that each gets one.
    private Client clientOf(ConnectionBase connection) {
        Client known = Client.of(connection);
        if (known != null) {
            return known;
        }
        Client client = new Client(connection);
        Channel channel = connection.channel();
        channel.attr(Client.KEY).set(client);
        open.add(client);
        channel.closeFuture().addListener(closed -> open.remove(client));
        Channel parent = channel.parent();
        if (parent != null && listening.add(parent)) {
            parent.closeFuture().addListener(closed -> listening.remove(parent));
        }
        if (phase == Phase.CLOSING) {
            stopListening();
        }
        return client;
    }

    /// From now on each answer is the last one of its connection.
    public void leave() {
        phase = Phase.LEAVING;
    }

    /// Takes no new connections, closes those that no request is under way on, and the others
    /// behind their answers.
    ///
    /// To be called again and again until there are none: rests of bodies that were not read end
    /// without telling anybody here.
    public void close() {
        phase = Phase.CLOSING;
        stopListening();
        for (Client client : open) {
            client.connection.channel().eventLoop().execute(client::closeIfIdle);
        }
    }

    /// How many connections there are on which a request has come.
    public int count() {
        return open.size();
    }

    /// Clients that come now are refused by the system, and try again where somebody listens.
    private void stopListening() {
        for (Channel channel : listening) {
            var _ = channel.close();
        }
    }

    /// One connection; all that changes does so on its event loop.
    private final class Client {
        private static final AttributeKey<Client> KEY =
                AttributeKey.valueOf(OpenConnections.class, "client");

        private final ConnectionBase connection;

        /// More than one where the next request was sent before the answer was there.
        private int underWay;

        /// The one whose body may not be read to its end: answers often come before that.
        private @Nullable HttpServerRequest last;

        private Client(ConnectionBase connection) {
            this.connection = connection;
        }

        private static @Nullable Client of(ConnectionBase connection) {
            return connection.channel().attr(KEY).get();
        }

        private void begin(HttpServerRequest request) {
            underWay++;
            ConnectionPlace place = ConnectionPlace.of(connection.channel());
            if (place != null) {
                place.begin();
            }
            last = request;
        }

        /// Whoever wrote the last byte calls this.
        private void end() {
            EventLoop loop = connection.channel().eventLoop();
            if (loop.inEventLoop()) {
                ended();
            } else {
                loop.execute(this::ended);
            }
        }

        private void ended() {
            underWay--;
            ConnectionPlace place = ConnectionPlace.of(connection.channel());
            if (place != null && underWay == 0) {
                place.end();
            }
            if (phase != Phase.SERVING) {
                closeIfIdle();
            } else if (isIdle()) {
                // It would be kept as long as its connection.
                last = null;
            }
        }

        private boolean isIdle() {
            HttpServerRequest unread = last;
            return underWay == 0 && (unread == null || unread.isEnded());
        }

        /// Behind everything that is still to be sent.
        private void closeIfIdle() {
            if (isIdle()) {
                // The channel tells of it.
                var _ = connection.close();
            }
        }
    }
}
