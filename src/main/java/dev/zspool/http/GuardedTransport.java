package dev.zspool.http;

import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.impl.transports.JDKTransport;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// The JDK's sockets, with a {@link ConnectionTable} for each port that is listened on.
///
/// It sees a connection when it is accepted. The framework shows one only with its first complete
/// request, and those that never have one are what must be bounded.
public final class GuardedTransport extends JDKTransport {
    private static final Logger LOG = Logger.getLogger(GuardedTransport.class);
    private static final int HEAD_SECONDS = 10;
    private static final int SWEEP_SECONDS = 1;

    private final ConnectionCounts counts;
    private final LongSupplier millis;

    /// @param counts how many a port may have at once, and what became of them
    /// @param millis a time that does not go back
    public GuardedTransport(ConnectionCounts counts, LongSupplier millis) {
        this.counts = counts;
        this.millis = millis;
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return domainSocket ? super.serverChannelFactory(true) : this::guarded;
    }

    private ServerChannel guarded() {
        return new GuardedServer(new ConnectionTable(counts, HEAD_SECONDS, millis));
    }

    /// A port that is listened on.
    private static final class GuardedServer extends NioServerSocketChannel {
        private final ConnectionTable table;

        GuardedServer(ConnectionTable table) {
            this.table = table;
        }

        @Override
        protected void doBind(SocketAddress address) throws Exception {
            super.doBind(address);
            Future<?> sweeps =
                    eventLoop()
                            .scheduleWithFixedDelay(
                                    table::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
            closeFuture().addListener(closed -> sweeps.cancel(false));
        }

        @Override
        protected int doReadMessages(List<Object> accepted) throws Exception {
            int count = super.doReadMessages(accepted);
            if (count > 0 && accepted.getLast() instanceof SocketChannel connection) {
                if (!isAdmitted(connection)) {
                    accepted.removeLast();
                    connection.unsafe().closeForcibly();
                }
            }
            return count;
        }

        /// An exception out of here would end with a port that nobody listens on any more.
        private boolean isAdmitted(SocketChannel connection) {
            try {
                return table.admit(connection);
            } catch (RuntimeException unexpected) {
                LOG.error("A connection could not be given a place", unexpected);
                return false;
            }
        }
    }
}
