package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.Contents;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ranges over HTTP: RFC 9110, section 14.
@QuarkusTest
class RangeRequestTest extends EdgeTest {

    private static final int RANDOM_RANGES = 40;

    /// Both ends anywhere, blocks of both kinds, short and long ranges.
    @ParameterizedTest
    @ValueSource(ints = {1, 100, 65_536, 65_537, 300_000, 3_000_001})
    void anyRangeIsThatPartOfTheContent(int size) throws IOException {
        byte[] content = Contents.of(size, size);
        store("a", content);
        long seed = Long.getLong("zspool.test.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        try (RawHttp http = connect()) {
            for (int each = 0; each < RANDOM_RANGES; each++) {
                int first = random.nextInt(size);
                int last = random.nextInt(first, size);
                String what = "seed " + seed + ": " + first + "-" + last + "/" + size;
                RawHttp.Answer answer =
                        http.send(head("GET", PATH, "Range: bytes=" + first + "-" + last)).answer();
                assertEquals(206, answer.status(), what);
                assertTrue(
                        answer.hasHeader(
                                "content-range: bytes " + what.substring(what.indexOf(':') + 2)),
                        answer.head());
                assertTrue(answer.hasHeader("content-length: " + (last - first + 1)), what);
                assertArrayEquals(
                        Arrays.copyOfRange(content, first, last + 1), answer.bytes(), what);
            }
        }
    }

    @Test
    void aRangeIsDescribedAsTheWholeIs() throws IOException {
        store("a", bytes(1000, 1));
        try (RawHttp http = connect()) {
            String whole = http.send(head("GET", PATH)).answer().head();
            String part = http.send(head("GET", PATH, "Range: bytes=10-19")).answer().head();
            assertTrue(whole.contains("\r\naccept-ranges: bytes\r\n"), whole);
            Set<String> expected = new TreeSet<>(whole.lines().toList());
            expected.remove("HTTP/1.1 200 OK");
            expected.remove("content-length: 1000");
            expected.add("HTTP/1.1 206 Partial Content");
            expected.add("content-length: 10");
            expected.add("content-range: bytes 10-19/1000");
            assertEquals(expected, new TreeSet<>(part.lines().toList()));
        }
    }

    @Test
    void openAndSuffix() {
        given().body("0123456789").put(PATH);
        assertEquals("789", given().header("Range", "bytes=7-").get(PATH).asString());
        assertEquals("89", given().header("Range", "bytes=-2").get(PATH).asString());
        assertEquals("0123456789", given().header("Range", "bytes=-99").get(PATH).asString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999-"})
    void aRangeWithNothingInIt(String range) {
        given().body("0123456789").put(PATH);
        given().header("Range", range)
                .get(PATH)
                .then()
                .statusCode(416)
                .contentType("application/problem+json")
                .header("Content-Range", "bytes */10")
                .header("ETag", nullValue())
                .body("code", equalTo("RANGE_NOT_SATISFIABLE"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1,3-4", "items=0-1", "bytes=4-3", "bytes=x", "", "bytes=0-1-"})
    void whatIsIgnored(String range) {
        given().body("0123456789").put(PATH);
        given().header("Range", range)
                .get(PATH)
                .then()
                .statusCode(200)
                .header("Content-Range", nullValue())
                .body(equalTo("0123456789"));
    }

    @Test
    void nothingHasNoRanges() throws IOException {
        store("a", new byte[0]);
        given().header("Range", "bytes=0-")
                .get(PATH)
                .then()
                .statusCode(416)
                .header("Content-Range", "bytes */0");
        given().header("Range", "bytes=-5")
                .get(PATH)
                .then()
                .statusCode(200)
                .header("Content-Length", "0");
    }

    @Test
    void rangesAreOfReadsOnly() throws IOException {
        store("a", bytes(10, 1));
        given().header("Range", "bytes=0-1")
                .head(PATH)
                .then()
                .statusCode(200)
                .header("Content-Length", "10")
                .header("Accept-Ranges", "bytes");
        given().header("Range", "bytes=5-6").body("xyz").put(PATH).then().statusCode(204);
        assertEquals("xyz", given().get(PATH).asString());
    }

    @Test
    void aPartIsNotTakenForTheWhole() {
        given().body("0123456789").put(PATH);
        given().header("Content-Range", "bytes 5-6/10")
                .body("xy")
                .put(PATH)
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_HEADER"))
                .body("detail", equalTo("Content-Range: parts of a blob cannot be stored."));
        given().header("Content-Range", "bytes 0-1/10")
                .body("xy")
                .post(BLOBS)
                .then()
                .statusCode(400);
        assertEquals("0123456789", given().get(PATH).asString());
    }

    @Test
    void rangesAreOfWhatIsStored() throws IOException {
        byte[] encoded = "not really gzip".getBytes(StandardCharsets.US_ASCII);
        try (RawHttp http = connect()) {
            http.send(head("PUT", PATH, "Content-Encoding: gzip", "Content-Length: 15"))
                    .send(encoded)
                    .answer();
            RawHttp.Answer answer =
                    http.send(head("GET", PATH, "Accept-Encoding: identity", "Range: bytes=4-9"))
                            .answer();
            assertTrue(answer.hasHeader("content-encoding: gzip"), answer.head());
            assertEquals("really", answer.body());
        }
    }

    @Test
    void conditionsComeFirst() {
        String tag = given().body("0123456789").put(PATH).header("ETag");
        given().header("If-None-Match", tag)
                .header("Range", "bytes=0-1")
                .get(PATH)
                .then()
                .statusCode(304)
                .header("Content-Range", nullValue());
        given().header("If-None-Match", tag)
                .header("Range", "bytes=99-")
                .get(PATH)
                .then()
                .statusCode(304);
        given().header("If-Match", "\"x\"")
                .header("Range", "bytes=0-1")
                .get(PATH)
                .then()
                .statusCode(412);
        given().header("If-Match", tag)
                .header("Range", "bytes=0-1")
                .get(PATH)
                .then()
                .statusCode(206);
    }

    @Test
    void ifRangeByTag() {
        String old = given().body("old").put(PATH).header("ETag");
        String tag = given().body("0123456789").put(PATH).header("ETag");
        assertIfRange(206, tag);
        for (String other : List.of(old, "W/" + tag, "*", tag + "," + tag, "0123", "")) {
            assertIfRange(200, other);
        }
        // Beside a version that is gone, a range that is not there matters nothing.
        given().header("Range", "bytes=99-")
                .header("If-Range", old)
                .get(PATH)
                .then()
                .statusCode(200);
        given().header("Range", "bytes=99-")
                .header("If-Range", tag)
                .get(PATH)
                .then()
                .statusCode(416);
    }

    @Test
    void ifRangeByDate() {
        given().body("0123456789").put(PATH);
        String date = given().head(PATH).header("Last-Modified");
        long modified = HttpDate.parse(date, Instant::now).orElseThrow();
        assertTrue(eventually(() -> Instant.now().getEpochSecond() > modified));
        assertIfRange(206, date);
        assertIfRange(200, HttpDate.format(modified - 1));
        assertIfRange(200, HttpDate.format(modified + 1));
    }

    private static void assertIfRange(int status, String version) {
        given().header("Range", "bytes=0-1")
                .header("If-Range", version)
                .get(PATH)
                .then()
                .statusCode(status)
                .body(equalTo(status == 206 ? "01" : "0123456789"));
    }

    @Test
    void twoVersionsAreNone() throws IOException {
        store("a", bytes(10, 1));
        String tag = given().head(PATH).header("ETag");
        try (RawHttp http = connect()) {
            String get =
                    head("GET", PATH, "Range: bytes=0-1", "If-Range: " + tag, "If-Range: " + tag);
            assertEquals(200, http.send(get).answer().status());
        }
        assertFalse(tag.isEmpty());
    }
}
