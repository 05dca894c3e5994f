package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.blankOrNullString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.DecoderConfig;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Storing, reading and deleting as a well-behaved client does it.
@QuarkusTest
class BlobResourceTest extends EdgeTest {

    private static final String TAG = "\"[0-9a-f]{16}-[0-9a-f]{1,16}\"";

    @Test
    void postMakesUpAHandle() throws IOException {
        byte[] content = bytes(1000, 1);
        Response first = given().body(content).post(BLOBS);
        first.then()
                .statusCode(201)
                .contentType("application/json")
                .header("Location", matchesPattern(BLOBS + "/[A-Za-z0-9_-]{22}"))
                .header("ETag", matchesPattern(TAG))
                .body("size", equalTo(1000))
                .body("storedSize", equalTo(1000));
        String handle = first.path("handle");
        assertTrue(first.header("Location").endsWith("/" + handle));
        assertArrayEquals(content, content(handle));

        String other = given().body(content).post(BLOBS).path("handle");
        assertNotEquals(handle, other);
    }

    @Test
    void putCreatesThenReplaces() {
        String created =
                given().body("one")
                        .put(BLOBS + "/a")
                        .then()
                        .statusCode(201)
                        .header("ETag", matchesPattern(TAG))
                        .header("Content-Length", "0")
                        .extract()
                        .header("ETag");
        String replaced =
                given().body("two")
                        .put(BLOBS + "/a")
                        .then()
                        .statusCode(204)
                        .header("ETag", matchesPattern(TAG))
                        .body(blankOrNullString())
                        .extract()
                        .header("ETag");
        assertNotEquals(created, replaced);
        given().get(BLOBS + "/a").then().statusCode(200).header("ETag", replaced);
    }

    @Test
    void getDescribesWhatItSends() {
        given().config(asSent())
                .contentType("image/png")
                .header("Content-Encoding", "br")
                .body(new byte[] {1, 2, 3})
                .put(BLOBS + "/picture");
        given().config(asSent())
                .get(BLOBS + "/picture")
                .then()
                .statusCode(200)
                .header("Content-Type", "image/png")
                .header("Content-Encoding", "br")
                .header("Content-Length", "3")
                .header("Transfer-Encoding", blankOrNullString())
                .header("ETag", matchesPattern(TAG))
                .header(
                        "Last-Modified",
                        matchesPattern(
                                "[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT"))
                .header("X-Content-Type-Options", "nosniff")
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; frame-ancestors 'none'; sandbox");
    }

    @Test
    void headSaysWhatGetSays() throws IOException {
        given().contentType("TEXT/odd ;; x=\"").body(bytes(70_000, 2)).put(BLOBS + "/a");
        try (RawHttp http = connect()) {
            RawHttp.Answer get = http.send(head("GET", BLOBS + "/a")).answer();
            RawHttp.Answer head = http.send(head("HEAD", BLOBS + "/a")).answerToHead();
            assertTrue(head.hasHeader("content-length: 70000"), head.head());
            String date = "date: [^\r]*\r\n";
            assertEquals(get.head().replaceAll(date, ""), head.head().replaceAll(date, ""));
            assertEquals(404, http.send(head("HEAD", BLOBS + "/b")).answerToHead().status());
            assertEquals(200, http.send(head("GET", BLOBS + "/a")).answer().status());
        }
    }

    @Test
    void deleteForgets() throws IOException {
        store("a", new byte[10]);
        given().delete(BLOBS + "/a").then().statusCode(204).body(blankOrNullString());
        given().delete(BLOBS + "/a").then().statusCode(404).body("code", equalTo("BLOB_NOT_FOUND"));
        given().get(BLOBS + "/a").then().statusCode(404).body("code", equalTo("BLOB_NOT_FOUND"));
        given().head(BLOBS + "/a").then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "TEXT/Plain ; charset=\"utf-8\" ;; odd",
                "totally odd",
                "a/b/c",
                "/",
                "*/*",
                "caf\u00e9/latin-1",
                "application/problem+json"
            })
    void contentTypeComesBackByteForByte(String type) throws IOException {
        try (RawHttp http = connect()) {
            String put = head("PUT", BLOBS + "/a", "Content-Type: " + type, "Content-Length: 1");
            assertEquals(201, http.send(put + "x").answer().status());
            RawHttp.Answer get = http.send(head("GET", BLOBS + "/a")).answer();
            RawHttp.Answer head = http.send(head("HEAD", BLOBS + "/a")).answerToHead();
            assertTrue(get.head().contains("\r\ncontent-type: " + type + "\r\n"), get.head());
            assertTrue(head.head().contains("\r\ncontent-type: " + type + "\r\n"), head.head());
        }
    }

    @Test
    void withoutTypeItIsJustBytes() throws IOException {
        String line = "content-type: application/octet-stream";
        try (RawHttp http = connect()) {
            http.send(head("PUT", BLOBS + "/a", "Content-Length: 1") + "x").answer();
            http.send(head("PUT", BLOBS + "/b", "Content-Type:", "Content-Length: 1") + "x");
            assertEquals(201, http.answer().status());
            assertTrue(http.send(head("HEAD", BLOBS + "/a")).answerToHead().hasHeader(line));
            assertTrue(http.send(head("HEAD", BLOBS + "/b")).answerToHead().hasHeader(line));
        }
    }

    @Test
    void acceptDoesNotChoose() throws IOException {
        store("a", new byte[10]);
        given().accept("image/png").get(BLOBS + "/a").then().statusCode(200);
        given().accept("no media range").get(BLOBS + "/a").then().statusCode(200);
        given().accept("text/html, *; q=.2, */*; q=.2")
                .get(BLOBS + "/a")
                .then()
                .statusCode(200)
                .contentType(not("text/html"));
    }

    @Test
    void headersThatCannotBeKeptAreRefused() throws IOException {
        try (RawHttp http = connect()) {
            String two =
                    head(
                            "PUT",
                            BLOBS + "/a",
                            "Content-Type: a/a",
                            "Content-Type: b/b",
                            "Content-Length: 0");
            RawHttp.Answer answer = http.send(two).answer();
            assertEquals(400, answer.status());
            assertTrue(answer.body().contains("BAD_HEADER"), answer.body());
        }
        given().header("Content-Encoding", "x".repeat(256))
                .body("x")
                .put(BLOBS + "/a")
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_HEADER"));
    }

    /// Without the client's own additions: a charset, and decoding.
    private static RestAssuredConfig asSent() {
        return RestAssuredConfig.config()
                .encoderConfig(
                        EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false))
                .decoderConfig(DecoderConfig.decoderConfig().noContentDecoders());
    }
}
