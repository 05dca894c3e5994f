package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The lives of blobs over HTTP.
@QuarkusTest
class TtlTest extends EdgeTest {

    private static final String PATH = BLOBS + "/a";

    private static ValidatableResponse put(String ttl) {
        return given().urlEncodingEnabled(false)
                .body("content")
                .when()
                .put(PATH + "?ttl=" + ttl)
                .then();
    }

    @Test
    @DisplayName("a blob lives as long as it was asked for, and says how long that is")
    void life() {
        put("3600").statusCode(201);
        String left = "max-age=(3600|35[0-9][0-9])";
        given().get(PATH).then().statusCode(200).header("Cache-Control", matchesPattern(left));
        given().head(PATH).then().statusCode(200).header("Cache-Control", matchesPattern(left));
        given().header("Range", "bytes=0-0")
                .get(PATH)
                .then()
                .statusCode(206)
                .header("Cache-Control", matchesPattern(left));
        String tag = given().get(PATH).header("ETag");
        given().header("If-None-Match", tag)
                .get(PATH)
                .then()
                .statusCode(304)
                .header("Cache-Control", matchesPattern(left));
        given().get(BLOBS).then().body("blobs.find { it.handle == 'a' }.expires", notNullValue());
        put("P1DT1H").statusCode(204);
        given().get(PATH).then().header("Cache-Control", matchesPattern("max-age=(90000|899..)"));
        given().body("content").put(PATH).then().statusCode(204);
        given().get(PATH).then().statusCode(200).header("Cache-Control", nullValue());
        given().get(BLOBS).then().body("blobs.find { it.handle == 'a' }.expires", nullValue());
    }

    @Test
    @DisplayName("at its end it is gone for everybody, and its memory is freed by itself")
    void end() {
        put("1").statusCode(201);
        String handle =
                given().body("x")
                        .post(BLOBS + "?ttl=PT1.5S")
                        .then()
                        .statusCode(201)
                        .extract()
                        .path("handle");
        assertTrue(eventually(() -> given().get(PATH).statusCode() == 404), "it still lives");
        given().head(PATH).then().statusCode(404);
        given().delete(PATH).then().statusCode(404);
        given().header("If-None-Match", "*").body("new").put(PATH).then().statusCode(201);
        assertTrue(eventually(() -> given().get(BLOBS + "/" + handle).statusCode() == 404));
        assertTrue(
                eventually(() -> pool.stats().expiringBlobs() == 0),
                "the memory of dead blobs is not freed");
        given().get(PATH).then().statusCode(200);
    }

    @Test
    @DisplayName("a pool's own life")
    void poolTtl() {
        given().contentType("application/json")
                .body("{\"defaultTtlSeconds\":100}")
                .put("/v1/pools/short")
                .then()
                .statusCode(201);
        given().body("x").put("/v1/pools/short/blobs/a").then().statusCode(201);
        given().body("x").put("/v1/pools/short/blobs/b?ttl=5000").then().statusCode(201);
        given().get("/v1/pools/short/blobs/a")
                .then()
                .header("Cache-Control", matchesPattern("max-age=(100|9[0-9])"));
        given().get("/v1/pools/short/blobs/b")
                .then()
                .header("Cache-Control", matchesPattern("max-age=(5000|49..)"));
        given().get("/v1/pools/short").then().body("expiring_blobs", equalTo(2));
        given().delete("/v1/pools/short?force=true").then().statusCode(204);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "+5",
                "1.5",
                "abc",
                "PT0S",
                "PT0.999S",
                "P1Y",
                "P1M",
                "-PT5S",
                "315360001",
                "999999999999",
                "9999999999999999999999",
                "P3651D",
                "PT999999999999999999H",
                "1&ttl=2",
                "%00",
                "%C3%A4"
            })
    @DisplayName("lives that cannot be: a problem that says what may be, and nothing is stored")
    void badLives(String ttl) {
        put(ttl).statusCode(400)
                .body("code", equalTo("BAD_PARAMETER"))
                .body("detail", allOf(containsString("ttl")));
        given().urlEncodingEnabled(false)
                .body("x")
                .post(BLOBS + "?ttl=" + ttl)
                .then()
                .statusCode(400);
        given().get(PATH).then().statusCode(404);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1000",
        "007, 7000",
        "315360000, 315360000000",
        "PT1S, 1000",
        "pt1m, 60000",
        "PT1.5S, 1500",
        "P3650D, 315360000000",
        "P1DT-1H, 82800000"
    })
    void lives(String text, long millis) {
        assertEquals(millis, TtlParameter.millisOf(text));
    }

    @Test
    void everythingElseIsAProblem() {
        for (String text : new String[] {"P", "PT", "T1S", "1S", " 1", "1 ", "٣", "1e3", "0x10"}) {
            assertThrows(ProblemException.class, () -> TtlParameter.millisOf(text), text);
        }
    }
}
