package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Conditional requests over HTTP: RFC 9110, section 13.
@QuarkusTest
class ConditionalRequestTest extends EdgeTest {

    private static final int SAMPLE = 60;

    private static String put(String path, String content, String... headers) {
        String[] withLength = Arrays.copyOf(headers, headers.length + 1);
        withLength[headers.length] = "Content-Length: " + content.length();
        return head("PUT", path, withLength) + content;
    }

    private static String tagOf(RawHttp.Answer answer) {
        return answer.head().replaceAll("(?is).*\r\netag: ?(\"[^\"]*\")\r\n.*", "$1");
    }

    private static long secondsOf(RawHttp.Answer answer) {
        String date = answer.head().replaceAll("(?is).*\r\nlast-modified: ?([^\r]*)\r\n.*", "$1");
        return HttpDate.parse(date, InstantSource.system()).orElseThrow();
    }

    /// A sample of all combinations, other ones every time.
    @Test
    void combinations() throws IOException {
        long seed = Long.getLong("zspool.test.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        try (RawHttp http = connect()) {
            for (int each = 0; each < SAMPLE; each++) {
                http.send(put(PATH, "old")).answer();
                RawHttp.Answer get = http.send(head("GET", PATH)).answer();
                List<ConditionModel.Request> all =
                        ConditionModel.requests(tagOf(get), secondsOf(get));
                ConditionModel.Request request = all.get(random.nextInt(all.size()));
                String[] headers =
                        request.headers().entrySet().stream()
                                .map(entry -> entry.getKey() + ": " + entry.getValue())
                                .toArray(String[]::new);
                String what = "seed " + seed + ": " + request;
                assertEquals(request.read(true), status(http, head("GET", PATH, headers)), what);
                assertEquals(
                        request.read(true),
                        http.send(head("HEAD", PATH, headers)).answerToHead().status(),
                        what);
                assertEquals(request.put(true), status(http, put(PATH, "new", headers)), what);
                http.send(head("DELETE", PATH)).answer();
                assertEquals(
                        request.delete(false), status(http, head("DELETE", PATH, headers)), what);
                assertEquals(request.read(false), status(http, head("GET", PATH, headers)), what);
                assertEquals(request.put(false), status(http, put(PATH, "new", headers)), what);
            }
        }
    }

    private static int status(RawHttp http, String request) throws IOException {
        RawHttp.Answer answer = http.send(request).answer();
        if (answer.status() == 304) {
            assertEquals("", answer.body());
        }
        return answer.status();
    }

    @Test
    void aDeletionWithConditions() throws IOException {
        store("a", new byte[10]);
        String tag = given().head(PATH).header("ETag");
        given().header("If-Match", "\"0-0\"")
                .delete(PATH)
                .then()
                .statusCode(412)
                .contentType("application/problem+json")
                .body("code", equalTo("PRECONDITION_FAILED"));
        given().header("If-None-Match", "*").delete(PATH).then().statusCode(412);
        assertTrue(isStored("a"));
        given().header("If-Match", tag).delete(PATH).then().statusCode(204);
        given().header("If-Match", tag).delete(PATH).then().statusCode(404);
    }

    @Test
    void createOnly() {
        given().header("If-None-Match", "*").body("one").put(PATH).then().statusCode(201);
        given().header("If-None-Match", "*")
                .body("two")
                .put(PATH)
                .then()
                .statusCode(412)
                .body("code", equalTo("PRECONDITION_FAILED"));
        assertEquals("one", given().get(PATH).asString());
    }

    @Test
    void replaceOnlyWhatWasSeen() {
        String first = given().body("one").put(PATH).header("ETag");
        String second =
                given().header("If-Match", first)
                        .body("two")
                        .put(PATH)
                        .then()
                        .statusCode(204)
                        .extract()
                        .header("ETag");
        given().header("If-Match", first).body("three").put(PATH).then().statusCode(412);
        given().header("If-Match", "W/" + second).body("three").put(PATH).then().statusCode(412);
        assertEquals("two", given().get(PATH).asString());
        given().header("If-Match", first + "," + second).body("3").put(PATH).then().statusCode(204);
    }

    @Test
    void anAnswer304HasNoContentAndNothingOfIt() throws IOException {
        store("a", bytes(100_000, 1));
        try (RawHttp http = connect()) {
            String tag = tagOf(http.send(head("HEAD", PATH)).answerToHead());
            for (String method : List.of("GET", "HEAD")) {
                String request = head(method, PATH, "If-None-Match: W/" + tag);
                RawHttp.Answer answer = http.send(request).answerToHead();
                assertEquals(304, answer.status());
                assertTrue(answer.hasHeader("etag: " + tag), answer.head());
                assertTrue(answer.head().contains("last-modified: "), answer.head());
                for (String absent : List.of("content-", "transfer-encoding", "accept-")) {
                    assertFalse(answer.head().contains("\r\n" + absent), answer.head());
                }
            }
            assertEquals(204, http.send(head("DELETE", PATH)).answer().status());
        }
    }

    @Test
    void theSameContentWrittenAgainIsAnotherVersion() {
        String first = given().body("same").put(PATH).header("ETag");
        String second = given().body("same").put(PATH).header("ETag");
        given().header("If-None-Match", first).get(PATH).then().statusCode(200);
        given().header("If-None-Match", second).get(PATH).then().statusCode(304);
    }

    @Test
    void tagsAreTheSameWhereverTheyAreTold() {
        String created = given().body("x").contentType("text/x").post(BLOBS).header("ETag");
        assertTrue(created.matches("\"[0-9a-f]{16}-[0-9a-f]+\""), created);
        String put = given().body("x").contentType("text/x").put(PATH).header("ETag");
        assertEquals(put, given().get(PATH).header("ETag"));
        assertEquals(put, given().head(PATH).header("ETag"));
        given().header("If-None-Match", put).get(PATH).then().header("ETag", put);
        given().header("If-Match", "\"x\"")
                .get(PATH)
                .then()
                .statusCode(412)
                .header("ETag", equalTo(null));
        String otherType = given().body("x").contentType("text/y").put(PATH).header("ETag");
        assertFalse(put.regionMatches(0, otherType, 0, 17), "the type is part of the hash");
    }

    @Test
    void storingUnderANewHandleKnowsNoConditions() {
        given().header("If-Match", "*").body("x").post(BLOBS).then().statusCode(201);
        given().header("If-None-Match", "nonsense").body("x").post(BLOBS).then().statusCode(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE"})
    void whatIsNoListOfTagsIsRefused(String method) throws IOException {
        store("a", "old".getBytes(StandardCharsets.US_ASCII));
        for (String field : List.of("If-Match", "If-None-Match")) {
            given().header(field, "abc-1")
                    .request(method, PATH)
                    .then()
                    .statusCode(400)
                    .contentType("application/problem+json")
                    .body("code", equalTo("BAD_HEADER"))
                    .body("detail", startsWith(field + " must be "))
                    .body("detail", not(equalTo("")));
        }
        assertEquals("old", given().get(PATH).asString());
    }

    static Stream<String> dates() {
        return Stream.of(
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994");
    }

    @ParameterizedTest
    @MethodSource("dates")
    void datesInAllForms(String date) throws IOException {
        store("a", new byte[1]);
        given().header("If-Unmodified-Since", date).get(PATH).then().statusCode(412);
        given().header("If-Unmodified-Since", date).body("x").put(PATH).then().statusCode(412);
        given().header("If-Modified-Since", date).get(PATH).then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({"-1, 200", "0, 304", "1, 304"})
    void modifiedSince(long later, int status) throws IOException {
        store("a", new byte[1]);
        try (RawHttp http = connect()) {
            long modified = secondsOf(http.send(head("GET", PATH)).answer());
            String since = "If-Modified-Since: " + HttpDate.format(modified + later);
            assertEquals(status, http.send(head("GET", PATH, since)).answer().status());
            assertEquals(204, http.send(put(PATH, "x", since)).answer().status());
        }
    }

    @Test
    void aDamagedHeaderIsNotOverlooked() throws IOException {
        byte[] content = bytes(70_000, 4);
        store("a", content);
        try (RawHttp http = connect()) {
            String two = head("GET", PATH, "If-Match: \"x\"", "If-Match: *");
            assertProblem(http.send(two).answer(), 400, "BAD_HEADER");
        }
        assertArrayEquals(content, content("a"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "GET, " + BLOBS + "/a, 200",
        "HEAD, " + BLOBS + "/a, 200",
        "PUT, " + BLOBS + "/a, 204",
        "DELETE, " + BLOBS + "/b, 404",
        "GET, " + BLOBS + ", 200",
        "OPTIONS, " + BLOBS + ", 200",
        "GET, /v1/none, 404",
        "PATCH, " + BLOBS + "/a, 405",
        "GET, /v1/pools/..;, 400",
        "GET, /openapi, 200"
    })
    @DisplayName("every answer has a date, and no version is newer than the answer with it")
    void date(String method, String path, int status) throws IOException {
        store("a", new byte[1]);
        try (RawHttp http = connect()) {
            http.send(head(method, path, "Content-Length: 0", "Connection: close"));
            String head = method.equals("HEAD") ? http.answerToHead().head() : http.answer().head();
            assertTrue(head.contains(" " + status + " "), head);
            Matcher date = Pattern.compile("(?i)\r\ndate: ?([^\r]*)\r\n").matcher(head);
            assertTrue(date.find(), head);
            Instant sent = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date.group(1)));
            Matcher modified =
                    Pattern.compile("(?i)\r\nlast-modified: ?([^\r]*)\r\n").matcher(head);
            if (modified.find()) {
                assertFalse(
                        Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(modified.group(1)))
                                .isAfter(sent),
                        head);
            }
        }
    }
}
