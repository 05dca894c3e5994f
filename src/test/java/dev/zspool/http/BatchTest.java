package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Many blobs in one request: what comes back, and what is refused.
@QuarkusTest
class BatchTest extends EdgeTest {

    @Inject SmallBodies documents;

    private static final String GET = BLOBS + ":get";
    private static final String DELETE = BLOBS + ":delete";
    private static final String JSON = "application/json";

    private static String body(List<String> handles) throws JsonProcessingException {
        return new ObjectMapper().writeValueAsString(Map.of("handles", handles));
    }

    /// REST Assured would escape the colon.
    private static RequestSpecification verbatim() {
        return given().urlEncodingEnabled(false);
    }

    private static Response post(String path, String body) {
        return verbatim().header("Content-Type", JSON).body(body).post(path);
    }

    private static List<Multipart.Part> batch(String path, List<String> handles)
            throws JsonProcessingException {
        Response response = post(path, body(handles));
        assertEquals(200, response.statusCode(), response::asString);
        List<Multipart.Part> parts =
                Multipart.parse(response.contentType(), response.asByteArray());
        assertEquals(handles, parts.stream().map(Multipart.Part::handle).toList(), "the order");
        return parts;
    }

    private static void assertMissing(Multipart.Part part) throws JsonProcessingException {
        assertEquals(404, part.status());
        assertEquals("application/problem+json", part.header("content-type"));
        Map<?, ?> problem = new ObjectMapper().readValue(part.text(), Map.class);
        assertEquals("BLOB_NOT_FOUND", problem.get("code"));
        assertEquals(BLOBS + "/" + part.handle(), problem.get("instance"));
    }

    @Test
    void aPartIsWhatASingleReadIs() throws IOException {
        byte[] content = bytes(70_000, 1);
        given().header("Content-Type", "text/x-test")
                .header("Content-Encoding", "br")
                .body(content)
                .put(PATH);
        store("b", new byte[0]);
        List<Multipart.Part> parts = batch(GET, List.of("b", "a", "none", "a"));
        Response single = given().head(PATH);
        for (Multipart.Part part : List.of(parts.get(1), parts.get(3))) {
            assertEquals(200, part.status());
            assertArrayEquals(content, part.body());
            for (String name :
                    List.of("Content-Type", "Content-Encoding", "ETag", "Last-Modified")) {
                assertEquals(single.header(name), part.header(name.toLowerCase(Locale.ROOT)), name);
            }
        }
        assertEquals(200, parts.getFirst().status());
        assertEquals(0, parts.getFirst().body().length);
        assertEquals("application/octet-stream", parts.getFirst().header("content-type"));
        assertFalse(parts.getFirst().headers().containsKey("content-encoding"));
        assertMissing(parts.get(2));
    }

    @Test
    void boundariesDiffer() throws IOException {
        String first = post(GET, body(List.of("a"))).contentType();
        assertNotEquals(first, post(GET, body(List.of("a"))).contentType());
        assertNotEquals(first, post(DELETE, body(List.of("a"))).contentType());
    }

    @Test
    void aThousandBlobsComeAndGo() throws IOException {
        List<String> handles = new ArrayList<>();
        for (int nth = 0; nth < 1_000; nth++) {
            handles.add("batch-" + nth);
        }
        try (RawHttp http = connect()) {
            for (int nth = 0; nth < 1_000; nth += 2) {
                // In one piece: the system would hold a second one back.
                String put = head("PUT", BLOBS + "/batch-" + nth, "Content-Length: 3000");
                http.send(put + new String(bytes(3_000, nth), StandardCharsets.ISO_8859_1));
                assertEquals(201, http.answer().status());
            }
        }
        List<Multipart.Part> parts = batch(GET, handles);
        for (int nth = 0; nth < 1_000; nth++) {
            if (nth % 2 == 0) {
                assertArrayEquals(bytes(3_000, nth), parts.get(nth).body());
            } else {
                assertMissing(parts.get(nth));
            }
        }
        List<Multipart.Part> deleted = batch(DELETE, handles);
        for (int nth = 0; nth < 1_000; nth++) {
            if (nth % 2 == 0) {
                assertEquals(204, deleted.get(nth).status());
                assertEquals(0, deleted.get(nth).body().length);
            } else {
                assertMissing(deleted.get(nth));
            }
        }
        assertFalse(isStored("batch-0"));
    }

    @Test
    void aHandleMayBeThereTwice() throws IOException {
        store("a", bytes(10, 1));
        List<Multipart.Part> deleted = batch(DELETE, List.of("a", "b", "a"));
        assertEquals(204, deleted.getFirst().status());
        assertMissing(deleted.get(1));
        assertMissing(deleted.get(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {65_536, 65_537, 1 << 20, (1 << 20) + 1, 20 << 20})
    void longBlobsToo(int size) throws IOException {
        byte[] content = bytes(size, size);
        store("a", content);
        store("b", bytes(100, 2));
        List<Multipart.Part> parts = batch(GET, List.of("a", "b", "a"));
        assertArrayEquals(content, parts.getFirst().body());
        assertArrayEquals(bytes(100, 2), parts.get(1).body());
        assertArrayEquals(content, parts.get(2).body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "                                | (none)      | must be one JSON object: line 1",
                "null                            | (none)      | must be a JSON object",
                "[]                              | (none)      | must be one JSON object: line 1",
                "\"a\"                           | (none)      | must be one JSON object: line 1",
                "{                               | (none)      | is not JSON without duplicates: line",
                "{\"handles\":[\"a\"}            | (none)      | is not JSON without duplicates: line",
                "{\"handles\":[\"a\"]}x          | (none)      | is not JSON without duplicates: line",
                "{\"handles\":[\"a\"]}{}         | (none)      | must be one JSON object: line 1",
                "{\"handles\":[\"a\"],\"handles\":[\"b\"]} | (none) | is not JSON without duplicates",
                "{}                              | handles     | must be there",
                "{\"handles\":null}              | handles     | must be there",
                "{\"handles\":[]}                | handles     | must have 1 to 1000 handles",
                "{\"handles\":\"a\"}             | handles     | has the wrong type",
                "{\"handles\":{}}                | handles     | has the wrong type",
                "{\"handles\":[\"a\",1]}         | handles[1]  | has the wrong type",
                "{\"handles\":[\"a\",true]}      | handles[1]  | has the wrong type",
                "{\"handles\":[[\"a\"]]}         | handles[0]  | has the wrong type",
                "{\"handles\":[\"a\",null]}      | handles[1]  | must be a handle, not null",
                "{\"handles\":[\"a\",\"b c\"]}   | handles[1]  | must be 1 to 128 characters",
                "{\"handles\":[\"\"]}            | handles[0]  | must be 1 to 128 characters",
                "{\"handles\":[\"a\\n\"]}        | handles[0]  | must be 1 to 128 characters",
                "{\"handles\":[\"a\"],\"x\":1}   | x           | is not known here",
                "{\"Handles\":[\"a\"]}           | Handles     | is not known here"
            })
    void badBodiesAreTold(String body, String field, String message) {
        for (String path : List.of(GET, DELETE)) {
            ValidatableResponse problem =
                    post(path, body == null ? "" : body)
                            .then()
                            .statusCode(400)
                            .contentType("application/problem+json")
                            .body("code", equalTo("BAD_BODY"))
                            .body("instance", equalTo(path));
            problem.body("errors[0].field", equalTo(field.equals("(none)") ? "" : field));
            problem.body("errors[0].message", startsWith(message));
        }
    }

    @Test
    void manyMistakesMakeAShortAnswer() throws IOException {
        post(GET, body(Collections.nCopies(1_000, "no handle")))
                .then()
                .statusCode(400)
                .body("errors", hasSize(20))
                .body("errors[0].field", equalTo("handles[0]"))
                .body("errors[19].field", equalTo("handles[19]"));
        post(GET, body(Collections.nCopies(1_001, "a")))
                .then()
                .statusCode(400)
                .body("errors[0].field", equalTo("handles"));
    }

    @Test
    void bodiesHaveALimitChunkedOrNot() throws IOException {
        String large = "{\"handles\":[\"" + "a".repeat(SmallBody.MAX_BYTES) + "\"]}";
        for (String path : List.of(GET, DELETE)) {
            try (RawHttp http = connect()) {
                String head =
                        head(
                                "POST",
                                path,
                                "Content-Type: " + JSON,
                                "Content-Length: " + large.length());
                RawHttp.Answer answer = http.send(head).send(large).answer();
                assertProblem(answer, 413, "BODY_TOO_LARGE");
                assertTrue(answer.hasHeader("connection: close"), answer.head());
            }
            try (RawHttp http = connect()) {
                http.send(
                        head("POST", path, "Content-Type: " + JSON, "Transfer-Encoding: chunked"));
                for (int piece = 0; piece < 40; piece++) {
                    http.send("8000\r\n" + " ".repeat(0x8000) + "\r\n");
                }
                assertProblem(http.answer(), 413, "BODY_TOO_LARGE");
            }
        }
    }

    @Test
    void chunkedBodiesAndThoseThatWaitToBeAskedFor() throws IOException {
        store("a", bytes(10, 1));
        String body = body(List.of("a"));
        try (RawHttp http = connect()) {
            http.send(
                    head(
                            "POST",
                            GET,
                            "Content-Type: " + JSON,
                            "Transfer-Encoding: chunked",
                            "Expect: 100-continue"));
            assertEquals(100, http.answerToHead().status());
            for (int at = 0; at < body.length(); at++) {
                http.send("1\r\n" + body.charAt(at) + "\r\n");
            }
            http.send("0\r\n\r\n");
            assertTrue(http.readUntil("--\r\n\r\n0\r\n").startsWith("HTTP/1.1 200 OK"));
        }
    }

    @Test
    void aBodyThatStallsIsCutOff() throws IOException {
        try (RawHttp http = connect()) {
            http.send(head("POST", GET, "Content-Type: " + JSON, "Content-Length: 100") + "{");
            assertProblem(http.answer(), 408, "UPLOAD_TOO_SLOW");
        }
    }

    @Test
    void onlyJsonIsTakenAndOnlyMultipartIsGiven() throws IOException {
        String body = body(List.of("a"));
        for (String path : List.of(GET, DELETE)) {
            verbatim()
                    .header("Content-Type", "text/plain")
                    .body(body)
                    .post(path)
                    .then()
                    .statusCode(415)
                    .body("code", equalTo("UNSUPPORTED_MEDIA_TYPE"));
            try (RawHttp http = connect()) {
                String head = head("POST", path, "Content-Length: " + body.length());
                assertProblem(http.send(head + body).answer(), 415, "UNSUPPORTED_MEDIA_TYPE");
            }
            verbatim()
                    .header("Content-Type", JSON)
                    .accept("text/csv")
                    .body(body)
                    .post(path)
                    .then()
                    .statusCode(406)
                    .body("code", equalTo("NOT_ACCEPTABLE"));
            post(path.replace("default", "none"), body)
                    .then()
                    .statusCode(404)
                    .body("code", equalTo("POOL_NOT_FOUND"));
            verbatim().get(path).then().statusCode(405).header("Allow", "OPTIONS, POST");
            verbatim().options(path).then().statusCode(200).header("Allow", "OPTIONS, POST");
        }
    }

    @Test
    @DisplayName("documents under way take a bounded part of the heap, and give it back")
    void documentsAreCounted() throws IOException {
        String body = "{\"handles\":[\"none\"]}";
        assertTrue(documents.take((int) SmallBodies.MAX_BYTES));
        try {
            for (String path : List.of(GET, DELETE)) {
                post(path, body)
                        .then()
                        .statusCode(503)
                        .header("Retry-After", "1")
                        .body("code", equalTo("OUT_OF_MEMORY"));
            }
        } finally {
            documents.giveBack((int) SmallBodies.MAX_BYTES);
        }
        post(GET, body).then().statusCode(200);
        post(GET, "{").then().statusCode(400);
        try (RawHttp leaves = connect()) {
            leaves.send(
                    head("POST", GET, "Content-Type: application/json", "Content-Length: 100")
                            + "{");
            assertTrue(eventually(() -> documents.takenBytes() == 1));
            leaves.abandon();
        }
        assertTrue(eventually(() -> documents.takenBytes() == 0));
    }
}
