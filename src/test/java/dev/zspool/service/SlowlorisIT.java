package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Clients that open thousands of connections and never finish a request.
final class SlowlorisIT {
    private static final int CONNECTIONS = 2_000;

    private static final String LIVE = "GET /q/health/live HTTP/1.1\r\nHost: localhost\r\n";
    private static final String HEAD = "GET /v1/pools/default HTTP/1.1\r\nHost: localhost\r\n";

    @Test
    @DisplayName("2,000 connections that drip their heads: others are served, on old and new ones")
    void drippingHeads() throws Exception {
        try (ServiceProcess service = ServiceProcess.start("-Dzspool.pool.durability=none");
                Socket kept = connect(service)) {
            assertEquals("200", ask(kept));
            List<Socket> slow = new ArrayList<>();
            for (int at = 0; at < CONNECTIONS; at++) {
                Socket socket = connect(service);
                slow.add(socket);
                write(socket, HEAD);
                if (at % 100 == 0) {
                    try (Socket fresh = connect(service)) {
                        assertEquals("200", ask(fresh), "beside " + at + " slow ones");
                    }
                    assertEquals("200", ask(kept), "beside " + at + " slow ones");
                }
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
            int open = CONNECTIONS;
            while (open > 0 && System.nanoTime() < deadline) {
                open = 0;
                for (Socket socket : slow) {
                    open += drips(socket) ? 1 : 0;
                }
                try (Socket fresh = connect(service)) {
                    assertEquals("200", ask(fresh));
                }
                assertEquals("200", ask(kept));
                Thread.sleep(500);
            }
            assertEquals(0, open, "a head has a deadline, however steadily it drips");
            for (Socket socket : slow) {
                socket.close();
            }
            assertTrue(!service.output().contains("OutOfMemoryError"), service.output());
        }
    }

    @Test
    @DisplayName("a connection of the management port that is used all the time is kept")
    void keptScrapes() throws Exception {
        try (ServiceProcess service = ServiceProcess.start("-Dzspool.pool.durability=none");
                Socket scraper = connect(service.management())) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(13);
            while (System.nanoTime() < end) {
                assertEquals("200", ask(scraper, LIVE));
                Thread.sleep(100);
            }
        }
    }

    private static Socket connect(ServiceProcess service) throws IOException {
        return connect(service.api());
    }

    private static Socket connect(URI port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void write(Socket socket, String text) {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException closed) {
            // Another one has its place.
        }
    }

    /// Sends one more byte of a head.
    ///
    /// @return whether the connection is still there
    private static boolean drips(Socket socket) throws SocketException {
        try {
            socket.getOutputStream().write('x');
            socket.setSoTimeout(1);
            return socket.getInputStream().read() >= 0;
        } catch (java.net.SocketTimeoutException open) {
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    private static String ask(Socket socket) throws IOException {
        return ask(socket, HEAD);
    }

    private static String ask(Socket socket, String asked) throws IOException {
        write(socket, asked + "\r\n");
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return "closed";
            }
            head.append((char) next);
        }
        String length = head.toString().replaceFirst("(?is).*\r\ncontent-length: *(\\d+).*", "$1");
        assertEquals(
                Integer.parseInt(length),
                socket.getInputStream().readNBytes(Integer.parseInt(length)).length);
        return head.substring(9, 12);
    }
}
