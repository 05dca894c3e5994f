package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Conditions, ranges and resumed downloads as `curl` and `wget` do them by themselves.
final class CurlSemanticsIT {

    private static final int SIZE = 200_000;

    private static ServiceProcess service;
    private static Curl curl;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        service = ServiceProcess.start();
        curl = new Curl(service);
    }

    @AfterAll
    static void stop() throws IOException {
        curl.close();
        service.close();
    }

    /// The same bytes for the same seed.
    private static byte[] content(long seed) {
        byte[] content = new byte[SIZE];
        new Random(seed).nextBytes(content);
        return content;
    }

    private static byte[] store(String handle, long seed) throws Exception {
        byte[] content = content(seed);
        curl.file(handle + "-up", content);
        curl.call(handle, "-T", handle + "-up");
        return content;
    }

    @Test
    void etagSaveAndCompare() throws Exception {
        byte[] first = store("tagged", 1);
        String[] fetch = {"--etag-compare", "tag", "--etag-save", "tag", "-o", "tagged"};
        assertEquals(200, curl.call("tagged", fetch).status());
        assertArrayEquals(first, curl.bytes("tagged"));
        String tag = curl.text("tag").strip();

        Curl.Result unchanged = curl.call("tagged", fetch);
        assertEquals(304, unchanged.status());
        assertEquals(0, unchanged.downloaded());
        assertArrayEquals(first, curl.bytes("tagged"));

        byte[] second = store("tagged", 2);
        curl.file("tag", (tag + "\n").getBytes(StandardCharsets.US_ASCII));
        assertEquals(200, curl.call("tagged", fetch).status());
        assertArrayEquals(second, curl.bytes("tagged"));
        assertNotEquals(tag, curl.text("tag").strip());
    }

    @Test
    void timeConditions() throws Exception {
        byte[] content = store("timed", 3);
        // -R: with the time that the service says.
        assertEquals(200, curl.call("timed", "-R", "-o", "timed").status());
        Curl.Result unchanged = curl.call("timed", "-z", "timed", "-o", "timed-again");
        assertEquals(304, unchanged.status());
        assertEquals(0, unchanged.downloaded());
        assertFalse(Files.exists(curl.folder().resolve("timed-again")));
        String longAgo = "Mon, 01 Jan 2001 00:00:00 GMT";
        assertEquals(200, curl.call("timed", "-z", longAgo, "-o", "timed-again").status());
        assertArrayEquals(content, curl.bytes("timed-again"));
    }

    @Test
    void ranges() throws Exception {
        byte[] content = store("ranged", 4);
        assertRange(content, "0-9", 0, 10);
        assertRange(content, "65530-65545", 65_530, 65_546);
        assertRange(content, "199990-", 199_990, SIZE);
        assertRange(content, "-5", SIZE - 5, SIZE);
        assertRange(content, "-999999", 0, SIZE);
        assertRange(content, "199999-300000", SIZE - 1, SIZE);
    }

    private static void assertRange(byte[] content, String range, int from, int to)
            throws Exception {
        Curl.Result got = curl.call("ranged", "-r", range, "-o", "part", "-D", "-");
        assertEquals(206, got.status(), range);
        assertEquals(
                "bytes " + from + "-" + (to - 1) + "/" + SIZE, got.header("content-range"), range);
        assertArrayEquals(Arrays.copyOfRange(content, from, to), curl.bytes("part"), range);
    }

    @Test
    void rangesThatAreNone() throws Exception {
        byte[] content = store("whole", 5);
        Curl.Result beyond = curl.call("whole", "-r", "200000-", "--fail-with-body", "-D", "-");
        assertEquals(416, beyond.status());
        assertEquals(22, beyond.exit());
        assertEquals("bytes */" + SIZE, beyond.header("content-range"));
        // Several ranges may be answered by the whole.
        assertEquals(200, curl.call("whole", "-r", "0-1,10-11", "-o", "whole").status());
        assertArrayEquals(content, curl.bytes("whole"));
    }

    @Test
    void resume() throws Exception {
        byte[] content = store("resumed", 6);
        curl.file("resumed", Arrays.copyOf(content, 70_000));
        Curl.Result rest = curl.call("resumed", "-C", "-", "-o", "resumed");
        assertEquals(0, rest.exit(), rest.output());
        assertEquals(206, rest.status());
        assertEquals(SIZE - 70_000, rest.downloaded());
        assertArrayEquals(content, curl.bytes("resumed"));

        // What is complete stays as it is.
        Curl.Result complete = curl.call("resumed", "-C", "-", "-o", "resumed");
        assertEquals(416, complete.status());
        assertArrayEquals(content, curl.bytes("resumed"));
    }

    @Test
    void resumeOfWhatHasChanged() throws Exception {
        store("changed", 7);
        String tag = curl.call("changed", "-I").header("etag");
        byte[] part = Arrays.copyOf(content(7), 50_000);
        curl.file("changed", part);
        String same = "If-Range: " + tag;
        Curl.Result rest = curl.call("changed", "-C", "-", "-o", "changed", "-H", same);
        assertEquals(206, rest.status());
        assertArrayEquals(content(7), curl.bytes("changed"));

        byte[] other = store("changed", 8);
        curl.file("changed", part);
        Curl.Result whole = curl.call("changed", "-r", "50000-", "-o", "changed", "-H", same);
        assertEquals(200, whole.status());
        assertArrayEquals(other, curl.bytes("changed"));
        // curl itself sees that it got no range, and does not append to the wrong half.
        curl.file("changed", part);
        assertEquals(33, curl.call("changed", "-C", "-", "-o", "changed", "-H", same).exit());
        assertArrayEquals(part, curl.bytes("changed"));
    }

    @Test
    void createOnly() throws Exception {
        String[] create = {"-T", "created", "-H", "If-None-Match: *", "--fail-with-body"};
        curl.file("created", content(9));
        assertEquals(201, curl.call("created", create).status());
        Curl.Result again = curl.call("created", create);
        assertEquals(412, again.status());
        assertEquals(22, again.exit());
        assertTrue(again.output().contains("\"code\":\"PRECONDITION_FAILED\""), again.output());
    }

    @Test
    void replaceAndDeleteOnlyWhatIsKnown() throws Exception {
        store("known", 10);
        String tag = curl.call("known", "-I").header("etag");
        curl.file("newer", content(11));
        String same = "If-Match: " + tag;
        assertEquals(204, curl.call("known", "-T", "newer", "-H", same).status());
        assertEquals(412, curl.call("known", "-T", "newer", "-H", same).status());
        assertEquals(412, curl.call("known", "-X", "DELETE", "-H", same).status());
        String now = "If-Match: " + curl.call("known", "-I").header("etag");
        assertEquals(204, curl.call("known", "-X", "DELETE", "-H", now).status());
    }

    @Test
    void aFailedConditionIsToldBeforeTheBodyIsSent() throws Exception {
        store("expected", 12);
        curl.file("unsent", new byte[5 << 20]);
        Curl.Result put =
                curl.call(
                        "expected",
                        "-T",
                        "unsent",
                        "-H",
                        "If-None-Match: *",
                        "-H",
                        "Expect: 100-continue");
        assertEquals(412, put.status());
        assertEquals(0, put.uploaded());
    }

    @Test
    void wgetContinues() throws Exception {
        Tools.assumeInstalled("wget");
        byte[] content = store("continued", 13);
        curl.file("continued", Arrays.copyOf(content, 65_536));
        String said = wget("-c", curl.url("continued"));
        assertTrue(said.contains("206 Partial Content"), said);
        assertArrayEquals(content, curl.bytes("continued"));
        assertTrue(wget("-c", curl.url("continued")).contains("nothing to do"));
        assertArrayEquals(content, curl.bytes("continued"));
    }

    @Test
    void wgetComparesTimes() throws Exception {
        Tools.assumeInstalled("wget");
        byte[] content = store("compared", 14);
        assertTrue(wget("-N", curl.url("compared")).contains("200 OK"));
        String said = wget("-N", curl.url("compared"));
        assertTrue(said.contains("304"), said);
        assertArrayEquals(content, curl.bytes("compared"));
    }

    private static String wget(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("wget", "--tries=1"));
        command.addAll(List.of(arguments));
        return Tools.run(curl.folder(), command).expectSuccess();
    }
}
