package dev.zspool.http;

import dev.zspool.contract.ContractCheck;
import dev.zspool.contract.ContractFilter;
import dev.zspool.contract.Exchange;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A connection on which a test writes what no client would, and sees what really comes back.
final class RawHttp implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final Pattern LENGTH =
            Pattern.compile("\r\ncontent-length: ?(\\d+)\r\n", Pattern.CASE_INSENSITIVE);

    private static final Pattern REQUEST =
            Pattern.compile("([A-Z]+) (/[^ ?]*)(?:\\?(\\S*))? HTTP/\\d\\.\\d\r\n");

    private final Socket socket;
    private final InputStream in;

    /// What was asked and not answered yet, as far as it can be read.
    private final Deque<MatchResult> asked = new ArrayDeque<>();

    RawHttp(URI server) throws IOException {
        this.socket = new Socket(server.getHost(), server.getPort());
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /// One answer, as Latin-1.
    ///
    /// @param head status line and headers with the empty line; empty when the server just closed
    /// @param body what came of the body
    record Answer(String head, String body) {

        int status() {
            return head.isEmpty() ? 0 : Integer.parseInt(head.substring(9, 12));
        }

        private Exchange exchange(MatchResult request) {
            TreeMap<String, List<String>> headers = new TreeMap<>();
            head.lines()
                    .skip(1)
                    .map(line -> line.split(": ?", 2))
                    .filter(parts -> parts.length == 2)
                    .forEach(parts ->
                            headers.computeIfAbsent(
                                            parts[0].toLowerCase(Locale.ROOT),
                                            _ -> new ArrayList<>())
                                    .add(parts[1]));
            return new Exchange(
                    request.group(1),
                    request.group(2),
                    ContractFilter.parameters(request.group(3)),
                    status(),
                    headers,
                    new String(bytes(), StandardCharsets.UTF_8));
        }

        byte[] bytes() {
            return body.getBytes(StandardCharsets.ISO_8859_1);
        }

        boolean hasHeader(String line) {
            return head.toLowerCase(Locale.ROOT)
                    .contains("\r\n" + line.toLowerCase(Locale.ROOT) + "\r\n");
        }
    }

    RawHttp send(String text) throws IOException {
        Matcher request = REQUEST.matcher(text);
        if (request.lookingAt()) {
            asked.add(request.toMatchResult());
        }
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Sends; that the server no longer listens is for the answer to show.
    RawHttp send(byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (SocketException closed) {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
        return this;
    }

    RawHttp endOfInput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /// The next answer with its body.
    Answer answer() throws IOException {
        String head = head();
        Matcher length = LENGTH.matcher(head);
        byte[] body = length.find() ? readBytes(Integer.parseInt(length.group(1))) : new byte[0];
        return checked(new Answer(head, new String(body, StandardCharsets.ISO_8859_1)));
    }

    /// The next answer, to a HEAD.
    Answer answerToHead() throws IOException {
        return checked(new Answer(head(), ""));
    }

    /// Every answer to a request that can be read is one of the contract's.
    private Answer checked(Answer answer) {
        MatchResult request = answer.status() < 200 ? null : asked.poll();
        if (request != null) {
            ContractCheck.check(answer.exchange(request));
        }
        return answer;
    }

    private String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int next = read();
            if (next < 0) {
                return "";
            }
            head.write(next);
            matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private int read() throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        try {
            return in.read();
        } catch (SocketException reset) {
            return -1;
        }
    }

    /// Reads on until some text has come.
    String readUntil(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        // Only its last characters are new: a long text would take quadratic time.
        while (text.indexOf(end, text.length() - end.length()) < 0) {
            int next = read();
            if (next < 0) {
                throw new IOException("the connection ended after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    /// Reads exactly this many bytes, or fewer at the end.
    byte[] readBytes(int count) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(count);
        byte[] buffer = new byte[65_536];
        try {
            while (bytes.size() < count) {
                int part = in.read(buffer, 0, Math.min(buffer.length, count - bytes.size()));
                if (part < 0) {
                    break;
                }
                bytes.write(buffer, 0, part);
            }
        } catch (SocketException reset) {
            return bytes.toByteArray();
        }
        return bytes.toByteArray();
    }

    /// Whether the server ends the connection, before it says anything more, within that time.
    boolean endsWithin(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    /// Goes away without a word: the system sends a reset.
    void abandon() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
