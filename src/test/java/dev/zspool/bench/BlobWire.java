package dev.zspool.bench;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/// One kept connection to the service, with little of its own cost: requests go out as bytes and
/// may be pipelined, answers come back into one buffer.
final class BlobWire implements AutoCloseable {
    private static final int MEAN_BYTES = 1024;
    private static final int SPREAD_BYTES = 128;
    private static final int STATUS_AT = 9;
    private static final int STATUS_BYTES = 3;
    private static final String LENGTH = "\r\ncontent-length: ";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[1 << 16];
    private int from;
    private int to;
    private int bodyBytes;

    BlobWire(URI api) throws IOException {
        this.socket = new Socket(api.getHost(), api.getPort());
        socket.setTcpNoDelay(true);
        this.in = socket.getInputStream();
        this.out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
    }

    /// What a blob holds: random bytes, which do not compress.
    static byte[] content(int blob) {
        SplittableRandom random = new SplittableRandom(blob);
        byte[] content = new byte[MEAN_BYTES - SPREAD_BYTES + random.nextInt(2 * SPREAD_BYTES)];
        random.nextBytes(content);
        return content;
    }

    void put(int blob) throws IOException {
        byte[] content = content(blob);
        begin("PUT", blob, "Content-Length: " + content.length + "\r\n");
        out.write(content);
    }

    void delete(int blob) throws IOException {
        begin("DELETE", blob, "");
    }

    void get(int blob) throws IOException {
        begin("GET", blob, "");
    }

    private void begin(String method, int blob, String header) throws IOException {
        String head =
                method
                        + " /v1/pools/default/blobs/b"
                        + blob
                        + " HTTP/1.1\r\nHost: localhost\r\n"
                        + header
                        + "\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
    }

    /// Sends what was begun.
    void flush() throws IOException {
        out.flush();
    }

    /// Waits for the next answer, and demands that the request succeeded.
    void expectSuccess() throws IOException {
        int status = next();
        if (status < 200 || status > 299) {
            throw new IOException("answered " + status);
        }
    }

    /// Waits for the next answer, and demands its status.
    void expect(int status) throws IOException {
        int actual = next();
        if (actual != status) {
            throw new IOException("answered " + actual + " instead of " + status);
        }
    }

    /// @return the status of the next answer
    private int next() throws IOException {
        from += bodyBytes;
        bodyBytes = 0;
        int end = endOfHead();
        String head = new String(buffer, from, end - from, StandardCharsets.US_ASCII);
        int actual = Integer.parseInt(head.substring(STATUS_AT, STATUS_AT + STATUS_BYTES));
        int length = head.toLowerCase(Locale.ROOT).indexOf(LENGTH);
        if (length >= 0) {
            int begin = length + LENGTH.length();
            bodyBytes = Integer.parseInt(head.substring(begin, head.indexOf('\r', begin)));
        }
        from = end;
        while (to - from < bodyBytes) {
            fill();
        }
        return actual;
    }

    /// Whether the last answer's body is what this blob holds.
    boolean isContentOf(int blob) {
        byte[] content = content(blob);
        return Arrays.equals(buffer, from, from + bodyBytes, content, 0, content.length);
    }

    private int endOfHead() throws IOException {
        int at = from;
        while (true) {
            for (; at + 4 <= to; at++) {
                if (buffer[at] == '\r'
                        && buffer[at + 1] == '\n'
                        && buffer[at + 2] == '\r'
                        && buffer[at + 3] == '\n') {
                    return at + 4;
                }
            }
            int seen = at - from;
            fill();
            at = from + seen;
        }
    }

    private void fill() throws IOException {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        int read = in.read(buffer, to, buffer.length - to);
        if (read < 0) {
            throw new EOFException("the service ended the connection");
        }
        to += read;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
