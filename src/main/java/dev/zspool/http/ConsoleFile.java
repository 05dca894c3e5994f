package dev.zspool.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/// A file of the console, as it is sent.
///
/// @param type its media type
/// @param plain its bytes
/// @param gzipped the same, compressed
/// @param tag the opaque part of its entity tag
@SuppressWarnings("ArrayRecordComponent") // made once, compared never
record ConsoleFile(String type, byte[] plain, byte[] gzipped, String tag) {
    private static final int TAG_LENGTH = 16;

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html;charset=UTF-8",
                    "css", "text/css;charset=UTF-8",
                    "js", "text/javascript;charset=UTF-8",
                    "json", "application/json",
                    "svg", "image/svg+xml");

    /// @param name tells its type by what stands behind its last dot
    static ConsoleFile of(String name, byte[] plain) {
        return new ConsoleFile(
                TYPES.getOrDefault(
                        name.substring(name.lastIndexOf('.') + 1), "application/octet-stream"),
                plain,
                gzip(plain),
                HexFormat.of().formatHex(sha256(plain)).substring(0, TAG_LENGTH));
    }

    /// The entity tag, RFC 9110 section 8.8.3: each representation has its own.
    String entityTag(boolean isGzipped) {
        return '"' + tag + (isGzipped ? "-gzip" : "") + '"';
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return out.toByteArray();
    }

    private static byte[] sha256(byte[] plain) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(plain);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
