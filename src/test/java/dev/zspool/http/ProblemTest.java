package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.blankOrNullString;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every error is a problem document with a stable code.
@QuarkusTest
class ProblemTest extends EdgeTest {

    /// Lines of a head that the next one may have otherwise, a second later.
    private static final String OF_THIS_ANSWER = "(content-length: [0-9]+|date: [^\r]+)\r\n";

    @ParameterizedTest
    @CsvSource({
        "GET,    /nothing,                         404, ROUTE_NOT_FOUND",
        "POST,   /nothing,                         404, ROUTE_NOT_FOUND",
        "GET,    /v1/pools/default/blobs/a/b,      404, ROUTE_NOT_FOUND",
        "GET,    /q/health,                        404, ROUTE_NOT_FOUND",
        "GET,    /q/metrics,                       404, ROUTE_NOT_FOUND",
        "GET,    /v1/pools/none,                   404, POOL_NOT_FOUND",
        "GET,    /v1/pools/none/classes,           404, POOL_NOT_FOUND",
        "POST,   /v1/pools/none/blobs,             404, POOL_NOT_FOUND",
        "GET,    /v1/pools/none/blobs/a,           404, POOL_NOT_FOUND",
        "DELETE, /v1/pools/none/blobs/a,           404, POOL_NOT_FOUND",
        "GET,    /v1/pools/default/blobs/a,        404, BLOB_NOT_FOUND",
        "PATCH,  /v1/pools/default/blobs/a,        405, METHOD_NOT_ALLOWED",
        "DELETE, /v1/pools/default/blobs,          405, METHOD_NOT_ALLOWED",
        "TRACE,  /v1/pools/default,                405, METHOD_NOT_ALLOWED",
        "BREW,   /v1/pools/default/blobs/a,        405, METHOD_NOT_ALLOWED",
        "GET,    /v1/pools/default/blobs/%00,      400, BAD_HANDLE",
        "GET,    /v1/pools/default/blobs/a%2Fb,    400, BAD_HANDLE",
        "PUT,    /v1/pools/default/blobs/a%20b,    400, BAD_HANDLE",
        "DELETE, /v1/pools/default/blobs/a%3Bb,    400, BAD_HANDLE",
        "GET,    /v1/pools/default/blobs/%C3%A4,   400, BAD_HANDLE",
        "GET,    /v1/pools/default/blobs/a+b,      400, BAD_HANDLE",
        "GET,    /v1/pools/default/blobs/a%252F,   400, BAD_HANDLE",
        "DELETE, /v1/pools/default/blobs/..,       400, BAD_PATH",
        "DELETE, /v1/pools/default/blobs/%2e%2E,   400, BAD_PATH",
        "DELETE, /v1/pools/default/blobs/.%2e,     400, BAD_PATH",
        "GET,    /v1/pools/default/blobs/.,        400, BAD_PATH",
        "GET,    /v1/pools/default/blobs/,         400, BAD_PATH",
        "GET,    //v1/pools/default/blobs/a,       400, BAD_PATH",
        "GET,    /v1/pools/default/blobs//a,       400, BAD_PATH",
        "GET,    /v1/pools/default/blobs/a;b=c,    400, BAD_PATH",
        "GET,    nothing,                          404, ROUTE_NOT_FOUND",
        "OPTIONS,*,                                404, ROUTE_NOT_FOUND",
        "CONNECT,localhost:80,                     404, ROUTE_NOT_FOUND",
    })
    void statusAndCode(String method, String path, int status, String code) throws IOException {
        try (RawHttp http = connect()) {
            RawHttp.Answer answer = http.send(head(method, path)).answer();
            assertProblem(answer, status, code);
        }
    }

    @Test
    void hasAllItsParts() {
        given().get(BLOBS + "/a?x=y")
                .then()
                .contentType("application/problem+json")
                .body("type", equalTo("urn:zspool:problem:BLOB_NOT_FOUND"))
                .body("title", equalTo("There is no such blob"))
                .body("status", equalTo(404))
                .body("detail", not(blankOrNullString()))
                .body("code", equalTo("BLOB_NOT_FOUND"))
                .body("instance", equalTo(BLOBS + "/a"));
    }

    @Test
    void whoWaitsForMemoryIsToldForHowLong() {
        assertEquals(17, ProblemMapper.retryAfterSeconds(ProblemCode.OUT_OF_MEMORY, () -> 17));
        for (ProblemCode code : ProblemCode.values()) {
            if (code.retryable() && code != ProblemCode.OUT_OF_MEMORY) {
                assertEquals(1, ProblemMapper.retryAfterSeconds(code, () -> 17), code.name());
            }
        }
    }

    @Test
    void handlesHaveALimit() {
        String longest = "~".repeat(128);
        given().urlEncodingEnabled(false)
                .body("x")
                .put(BLOBS + "/" + longest)
                .then()
                .statusCode(201);
        given().urlEncodingEnabled(false)
                .body("x")
                .put(BLOBS + "/" + longest + "x")
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_HANDLE"));
        given().body("x").put(BLOBS + "/...").then().statusCode(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PATCH  | /v1/pools/default/blobs/a | DELETE, GET, HEAD, OPTIONS, PUT",
                "PUT    | /v1/pools/default/blobs   | GET, HEAD, OPTIONS, POST",
                "PATCH  | /v1/pools/default         | DELETE, GET, HEAD, OPTIONS, PUT",
                "POST   | /v1/pools/default/classes | GET, HEAD, OPTIONS"
            })
    void aWrongMethodIsToldTheRightOnes(String method, String path, String allowed) {
        given().request(method, path)
                .then()
                .statusCode(405)
                .header("Allow", allowed)
                .body("code", equalTo("METHOD_NOT_ALLOWED"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/pools/default/blobs           | GET, HEAD, OPTIONS, POST",
                "/v1/pools/default/blobs/a         | DELETE, GET, HEAD, OPTIONS, PUT",
                "/v1/pools/default/blobs/a/layout  | GET, HEAD, OPTIONS",
                "/v1/pools/default/pages           | GET, HEAD, OPTIONS",
                "/v1/pools/default/pages/1/isolate | OPTIONS, POST"
            })
    void aPathNamesItsOwnMethods(String path, String allowed) {
        given().options(path).then().statusCode(200).header("Allow", allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/pools/default", "/v1/pools/default/classes"})
    void onlyWhatIsOfferedCanBeHad(String path) {
        given().accept("image/png")
                .get(path)
                .then()
                .statusCode(406)
                .contentType("application/problem+json")
                .body("code", equalTo("NOT_ACCEPTABLE"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/pools/default/blobs/a,         404",
        "/v1/pools/default/blobs/a%20,      400",
        "/v1/pools/none/blobs/a,            404",
        "/v1/pools/none,                    404",
        "/v1/pools/default/blobs/a/layout?limit=x, 400",
        "/v1/pools/default/blobs:get,       405",
        "/nothing,                          404",
        "/v1/pools//blobs,                  400",
        "/scripted/defect,                  500"
    })
    void headAnswersAsGetDoes(String path, int status) throws IOException {
        try (RawHttp http = connect()) {
            RawHttp.Answer get = http.send(head("GET", path)).answer();
            RawHttp.Answer head = http.send(head("HEAD", path)).answerToHead();
            assertEquals(status, get.status());
            assertEquals(
                    get.head().replaceAll(OF_THIS_ANSWER, ""),
                    head.head().replaceAll(OF_THIS_ANSWER, ""));
        }
    }

    @ParameterizedTest
    @CsvSource({"POST, /openapi", "DELETE, /openapi", "PUT, /q/openapi", "BREW, /q/openapi"})
    void theContractCanOnlyBeRead(String method, String path) {
        given().request(method, path)
                .then()
                .statusCode(405)
                .header("Allow", "GET, HEAD, OPTIONS")
                .contentType("application/problem+json")
                .body("code", equalTo("METHOD_NOT_ALLOWED"));
        given().head(path).then().statusCode(200);
        given().options(path).then().statusCode(200).header("Allow", "GET, HEAD, OPTIONS");
    }

    @Test
    void aDefectShowsNothingOfTheInside() {
        Response get = given().get(ScriptedResource.PATH + "/defect");
        get.then()
                .statusCode(500)
                .contentType("application/problem+json")
                .body("code", equalTo("INTERNAL_ERROR"))
                .body(not(containsString("secret")))
                .body(not(containsString("Exception")));
        Response head = given().head(ScriptedResource.PATH + "/defect");
        assertEquals(500, head.statusCode());
        assertEquals(0, head.asByteArray().length);
    }
}
