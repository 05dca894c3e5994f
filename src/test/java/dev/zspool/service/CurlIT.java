package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What people do with `curl`: its options mean here what they mean anywhere.
final class CurlIT {

    private static final int MOST_BYTES = 4 << 20;

    private static ServiceProcess service;
    private static Curl curl;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        service = ServiceProcess.start("-Dzspool.pool.max-blob-size=" + MOST_BYTES);
        curl = new Curl(service);
    }

    @AfterAll
    static void stop() throws IOException {
        curl.close();
        service.close();
    }

    private static byte[] random(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    @Test
    void upAndDown() throws Exception {
        byte[] content = random(300_000);
        curl.file("up", content);
        assertEquals(201, curl.call("up-and-down", "-T", "up").status());
        assertEquals(204, curl.call("up-and-down", "-T", "up").status());
        assertEquals(200, curl.call("up-and-down", "-o", "down").status());
        assertArrayEquals(content, curl.bytes("down"));
        assertEquals(204, curl.call("up-and-down", "-X", "DELETE").status());
    }

    @Test
    void headOnly() throws Exception {
        curl.file("head", random(4321));
        curl.call("head-only", "-T", "head", "-H", "Content-Type: image/png");
        Curl.Result head = curl.call("head-only", "-I");
        assertEquals(200, head.status());
        assertEquals("4321", head.header("content-length"));
        assertEquals("image/png", head.header("content-type"));
        assertTrue(head.header("etag").matches("\"[!-~]+\""), head.output());
    }

    @Test
    void failWithBody() throws Exception {
        Curl.Result missing = curl.call("missing", "--fail-with-body");
        assertEquals(22, missing.exit());
        assertTrue(missing.output().contains("\"code\":\"BLOB_NOT_FOUND\""), missing.output());
    }

    @Test
    void bodyOfUnknownLength() throws Exception {
        byte[] content = random(200_000);
        curl.file("chunked", content);
        Curl.Result put =
                curl.call("chunked", "-T", "chunked", "-H", "Transfer-Encoding: chunked", "-v");
        assertEquals(201, put.status());
        assertTrue(put.output().contains("> Transfer-Encoding: chunked"), put.output());
        curl.call("chunked", "-o", "chunked-back");
        assertArrayEquals(content, curl.bytes("chunked-back"));
    }

    @Test
    void continuesWhenItMay() throws Exception {
        byte[] content = random(2 << 20);
        curl.file("large", content);
        Curl.Result put = curl.call("expect", "-T", "large", "-H", "Expect: 100-continue", "-v");
        assertEquals(201, put.status());
        assertTrue(put.output().contains("< HTTP/1.1 100 Continue"), put.output());
        assertEquals(content.length, put.uploaded());
        curl.call("expect", "-o", "large-back");
        assertArrayEquals(content, curl.bytes("large-back"));
    }

    @Test
    void isToldThatABodyIsTooLargeBeforeItSendsIt() throws Exception {
        curl.file("too-large", new byte[MOST_BYTES + 1]);
        Curl.Result put =
                curl.call(
                        "too-large",
                        "-T",
                        "too-large",
                        "-H",
                        "Expect: 100-continue",
                        "--fail-with-body");
        assertEquals(413, put.status());
        assertEquals(22, put.exit());
        assertEquals(0, put.uploaded());
        assertTrue(put.output().contains("\"code\":\"BLOB_TOO_LARGE\""), put.output());
    }

    @Test
    void compressedIsWhatWasStoredCompressed() throws Exception {
        byte[] plain = "a line that is said again\n".repeat(500).getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        curl.file("packed", packed.toByteArray());
        curl.call("packed", "-T", "packed", "-H", "Content-Encoding: gzip");
        curl.call("packed", "-o", "packed-back");
        assertArrayEquals(packed.toByteArray(), curl.bytes("packed-back"));
        curl.call("packed", "--compressed", "-o", "unpacked");
        assertArrayEquals(plain, curl.bytes("unpacked"));

        curl.file("plain", plain);
        curl.call("plain", "-T", "plain");
        Curl.Result got = curl.call("plain", "--compressed", "-o", "plain-back", "-D", "-");
        assertArrayEquals(plain, curl.bytes("plain-back"));
        assertTrue(!got.output().contains("content-encoding"), got.output());
    }

    @Test
    void oneConnectionForMany() throws Exception {
        curl.file("kept", random(1000));
        String url = curl.url("kept");
        curl.call("kept", "-T", "kept");
        Curl.Result got =
                curl.call("kept", "-v", "-o", "1", url, "-o", "2", url + "-not", "-o", "3", "-I");
        assertEquals(2, got.output().split("Re-using existing connection", -1).length - 1);
        assertEquals(1, got.output().split("Connected to", -1).length - 1, got.output());
    }

    @Test
    void manyAtOnce() throws Exception {
        byte[] content = random(50_000);
        curl.file("many", content);
        curl.call("many-[1-20]", "-Z", "-T", "many");
        for (int i = 1; i <= 20; i++) {
            curl.call("many-" + i, "-o", "many-back");
            assertArrayEquals(content, curl.bytes("many-back"));
        }
    }

    @Test
    void postSaysWhere() throws Exception {
        curl.file("posted", random(777));
        Curl.Result posted = curl.call("../blobs", "--data-binary", "@posted", "-D", "-");
        assertEquals(201, posted.status());
        String handle = posted.header("location").replaceFirst(".*/", "");
        curl.call(handle, "-o", "posted-back");
        assertArrayEquals(random(777), curl.bytes("posted-back"));
    }
}
