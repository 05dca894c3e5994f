package dev.zspool.bench.rss;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A connection to a store. Requests may be pipelined; each has one answer.
abstract class StoreWire implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    StoreWire(int port) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    }

    abstract void put(int key, byte[] content) throws IOException;

    abstract void delete(int key) throws IOException;

    abstract void get(int key) throws IOException;

    /// Demands that what was put or deleted was.
    abstract void expectDone() throws IOException;

    /// What was asked for; empty when there is none.
    abstract byte[] expectContent() throws IOException;

    final void flush() throws IOException {
        out.flush();
    }

    final void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.US_ASCII));
    }

    final void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    /// A line without its end.
    final String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next != '\n') {
            if (next < 0) {
                throw new EOFException("the store ended the connection");
            }
            line.write(next);
            next = in.read();
        }
        return line.toString(StandardCharsets.US_ASCII).stripTrailing();
    }

    final byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the store ended the connection");
        }
        return bytes;
    }

    @Override
    public final void close() throws IOException {
        socket.close();
    }
}
