package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Takes a `multipart/mixed` body apart, strictly by RFC 2046: by the boundary alone, without the
/// lengths that the service adds. Those are compared afterwards.
final class Multipart {

    private Multipart() {}

    /// A part.
    ///
    /// @param headers by their names in small letters
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Part(Map<String, String> headers, byte[] body) {

        String header(String name) {
            return Objects.requireNonNullElse(headers.get(name), "");
        }

        int status() {
            return Integer.parseInt(header("status"));
        }

        String handle() {
            String id = header("content-id");
            assertTrue(id.startsWith("<") && id.endsWith(">"), id);
            return id.substring(1, id.length() - 1);
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /// All parts of a body.
    static List<Part> parse(String contentType, byte[] bytes) {
        String type = "multipart/mixed;boundary=";
        assertTrue(contentType.startsWith(type), contentType);
        String boundary = contentType.substring(type.length());
        assertTrue(boundary.matches("[A-Za-z0-9_-]{22}"), "128 bits: " + boundary);
        String body = new String(bytes, StandardCharsets.ISO_8859_1);
        String delimiter = "\r\n--" + boundary;
        assertTrue(body.startsWith(delimiter.substring(2)), "no preamble");
        List<Part> parts = new ArrayList<>();
        int at = delimiter.length() - 2;
        while (body.startsWith("\r\n", at)) {
            int end = body.indexOf(delimiter, at);
            assertTrue(end >= 0, "a part has no end");
            parts.add(part(body.substring(at + 2, end)));
            at = end + delimiter.length();
        }
        assertEquals("--\r\n", body.substring(at), "no epilogue");
        return parts;
    }

    private static Part part(String text) {
        int end = text.indexOf("\r\n\r\n");
        assertTrue(end > 0, text);
        Map<String, String> headers = new TreeMap<>();
        for (String line : text.substring(0, end).split("\r\n", -1)) {
            int colon = line.indexOf(": ");
            assertTrue(colon > 0, line);
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            assertEquals(null, headers.put(name, line.substring(colon + 2)), name);
        }
        byte[] body = text.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1);
        assertNotNull(headers.get("content-length"));
        assertEquals(Integer.toString(body.length), headers.get("content-length"));
        return new Part(headers, body);
    }
}
