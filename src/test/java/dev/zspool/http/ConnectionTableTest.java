package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
    private static final int MOST = 16;
    private static final int MOST_OF_ONE = 12;
    private static final int HEAD_SECONDS = 10;

    private final AtomicLong millis = new AtomicLong();
    private final ConnectionCounts counts = new ConnectionCounts(MOST);
    private final ConnectionTable table =
            new ConnectionTable(counts, HEAD_SECONDS, () -> millis.getAndIncrement());

    /// A connection from an address.
    private static final class Connection extends EmbeddedChannel {
        private final SocketAddress address;

        Connection(String address) throws UnknownHostException {
            this(address, true);
        }

        /// @param hasLoop not yet so long as others that came with it are looked at
        Connection(String address, boolean hasLoop) throws UnknownHostException {
            super(hasLoop, false);
            this.address = new InetSocketAddress(InetAddress.getByName(address), 1);
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return address;
        }

        ConnectionPlace place() {
            return Objects.requireNonNull(ConnectionPlace.of(this));
        }

        void sendsHead() {
            place().begin();
        }

        void sendsBytes() {
            writeInbound(Unpooled.copiedBuffer(new byte[] {'G'}));
        }
    }

    private Connection admitted(String address) throws UnknownHostException {
        Connection connection = new Connection(address);
        assertTrue(table.admit(connection), address);
        return connection;
    }

    private boolean isRefused(String address) throws UnknownHostException {
        return !table.admit(new Connection(address));
    }

    private List<Connection> admitted(String address, int count) throws UnknownHostException {
        List<Connection> connections = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            connections.add(admitted(address));
        }
        return connections;
    }

    @Test
    @DisplayName("a client has three quarters at most, and then loses its own only")
    void share() throws UnknownHostException {
        Connection other = admitted("10.0.0.2");
        List<Connection> many = admitted("10.0.0.1", MOST_OF_ONE);
        Connection late = admitted("10.0.0.1");
        assertFalse(many.getFirst().isOpen(), "its oldest");
        assertTrue(other.isOpen() && late.isOpen());
        assertEquals(MOST_OF_ONE + 1, counts.open());
    }

    @Test
    @DisplayName("those who come at once: who has no event loop yet is not closed for the next")
    void burst() throws UnknownHostException {
        List<Connection> served = admitted("10.0.0.1", MOST_OF_ONE - 1);
        served.forEach(Connection::sendsHead);
        served.forEach(connection -> connection.place().end());
        assertTrue(table.admit(new Connection("10.0.0.1", false)));
        assertTrue(table.admit(new Connection("10.0.0.1", false)));
        assertFalse(served.getFirst().isOpen(), "its oldest");
        served.forEach(Connection::sendsHead);
        assertFalse(table.admit(new Connection("10.0.0.1", false)), "all others are busy");
    }

    @Test
    @DisplayName("slowloris: who never completes a request makes room for who comes")
    void slowloris() throws UnknownHostException {
        List<Connection> served = admitted("10.0.0.1", 4);
        served.forEach(Connection::sendsHead);
        served.forEach(connection -> connection.place().end());
        for (int round = 0; round < 2_000; round++) {
            admitted("10.0.0.1").sendsBytes();
        }
        served.forEach(connection -> assertTrue(connection.isOpen()));
        Connection late = admitted("10.0.0.1");
        late.sendsHead();
        for (int round = 0; round < 2_000; round++) {
            admitted("10.0.0.1").sendsBytes();
        }
        assertTrue(late.isOpen());
        assertEquals(MOST_OF_ONE, counts.open());
    }

    @Test
    @DisplayName("when all places are taken, the client with most of them loses one")
    void fairness() throws UnknownHostException {
        List<Connection> few = admitted("10.0.0.2", 5);
        List<Connection> many = admitted("10.0.0.1", 11);
        Connection late = admitted("10.0.0.3");
        assertTrue(late.isOpen());
        few.forEach(connection -> assertTrue(connection.isOpen()));
        assertEquals(1, many.stream().filter(connection -> !connection.isOpen()).count());
        assertEquals(MOST, counts.open());
    }

    @Test
    @DisplayName("a request under way is never cut: then the new one is refused")
    void busy() throws UnknownHostException {
        List<Connection> many = admitted("10.0.0.1", MOST_OF_ONE);
        many.forEach(Connection::sendsHead);
        assertTrue(isRefused("10.0.0.1"));
        List<Connection> others = admitted("10.0.0.2", MOST - MOST_OF_ONE);
        others.forEach(Connection::sendsHead);
        assertTrue(isRefused("10.0.0.3"));
        many.getFirst().place().end();
        assertFalse(isRefused("10.0.0.3"));
        assertFalse(many.getFirst().isOpen());
        assertEquals(2, counts.refused());
        assertEquals(1, counts.displaced());
        assertEquals(MOST, counts.open());
    }

    @Test
    @DisplayName("a head has a deadline from its first byte on; waiting for one has none here")
    void heads() throws UnknownHostException {
        Connection quiet = admitted("10.0.0.1");
        Connection slow = admitted("10.0.0.1");
        Connection busy = admitted("10.0.0.1");
        slow.sendsBytes();
        busy.sendsBytes();
        busy.sendsHead();
        millis.addAndGet(HEAD_SECONDS * 1_000L / 2);
        slow.sendsBytes();
        table.sweep();
        assertTrue(slow.isOpen());
        millis.addAndGet(HEAD_SECONDS * 1_000L / 2);
        table.sweep();
        assertFalse(slow.isOpen(), "more bytes do not begin it anew");
        assertTrue(quiet.isOpen() && busy.isOpen());
        busy.place().end();
        millis.addAndGet(HEAD_SECONDS * 1_000L);
        table.sweep();
        assertTrue(busy.isOpen(), "kept for the next request");
        busy.sendsBytes();
        millis.addAndGet(HEAD_SECONDS * 1_001L);
        table.sweep();
        assertFalse(busy.isOpen(), "the next request's head has a deadline, too");
        assertEquals(2, counts.late());
        assertEquals(1, counts.open());
    }

    @Test
    @DisplayName("addresses of one network of IPv6 are one client")
    void network() throws UnknownHostException {
        for (int at = 0; at < MOST_OF_ONE; at++) {
            admitted("2001:db8:0:1::" + Integer.toHexString(at + 1)).sendsHead();
        }
        assertTrue(isRefused("2001:db8:0:1:ffff::1"));
        assertFalse(isRefused("2001:db8:0:2::1"));
    }

    @Test
    @DisplayName("a closed connection's place is free")
    void closed() throws UnknownHostException {
        List<Connection> many = admitted("10.0.0.1", MOST_OF_ONE);
        many.forEach(Connection::sendsHead);
        many.getLast().close().syncUninterruptibly();
        assertEquals(MOST_OF_ONE - 1, counts.open());
        assertFalse(isRefused("10.0.0.1"));
    }
}
