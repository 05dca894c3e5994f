package dev.zspool.http;

import static dev.zspool.http.JsonNumber.moreThan;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.PageArena;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The balloon over HTTP.
@QuarkusTest
@TestProfile(PressureResourceTest.OwnArena.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BalloonResourceTest extends EdgeTest {
    private static final String BALLOON = "/v1/memory/balloon";
    private static final long ARENA_BYTES = 64 << 20;

    @Inject PageArena arena;

    @AfterEach
    void letGo() {
        given().delete(BALLOON).then().statusCode(204);
        given().get(BALLOON).then().statusCode(200).body("bytes", equalTo(0));
    }

    private static ValidatableResponse set(String body) {
        return given().contentType(ContentType.JSON).body(body).post(BALLOON).then();
    }

    private long budgetBytes() {
        return arena.budget().limitPages() << 12;
    }

    @Test
    void noneIsThere() {
        given().get(BALLOON)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("$", aMapWithSize(3))
                .body("bytes", equalTo(0))
                .body("reachedBytes", equalTo(0))
                .body("freePageblocks", moreThan(0));
        given().delete(BALLOON).then().statusCode(204);
    }

    @Test
    void itCutsTheBudgetAndGivesItBack() {
        long bytes = 40 << 20;
        set("{\"bytes\": " + bytes + "}")
                .statusCode(200)
                .body("bytes", equalTo((int) bytes))
                .body("reachedBytes", lessThanOrEqualTo((int) bytes))
                .body("$", not(hasKey("leaseSecondsLeft")));
        assertTrue(eventually(() -> budgetBytes() <= ARENA_BYTES - bytes));
        given().get("/v1/memory/pressure")
                .then()
                .body("budget.balloonBytes", equalTo((int) bytes))
                .body("budget.configuredBytes", equalTo((int) ARENA_BYTES));
        given().get(BALLOON).then().body("bytes", equalTo((int) bytes));
        set("{\"bytes\": 0}").statusCode(200).body("bytes", equalTo(0));
        given().get("/v1/memory/pressure").then().body("budget.balloonBytes", equalTo(0));
    }

    /// Before the budget was cut by another one: it grows back within half a minute only.
    @Test
    @Order(1)
    void blobsMakeRoomForItAndStayReadable() throws IOException {
        byte[] content = bytes(20_000_000, 7);
        store("a", content);
        set("{\"bytes\": " + (48 << 20) + "}").statusCode(200);
        assertTrue(eventually(() -> arena.budget().usedPages() << 12 <= 16 << 20));
        given().get(BALLOON).then().body("reachedBytes", equalTo(48 << 20));
        assertArrayEquals(content, content("a"));
    }

    @Test
    void aLeaseEndsByItself() {
        set("{\"bytes\": 1000000, \"leaseSeconds\": 3600}")
                .statusCode(200)
                .body("leaseSecondsLeft", moreThan(3000))
                .body("leaseSecondsLeft", lessThanOrEqualTo(3600));
        set("{\"bytes\": 1000000, \"leaseSeconds\": 1}")
                .statusCode(200)
                .body("leaseSecondsLeft", greaterThanOrEqualTo(0));
        assertTrue(eventually(() -> given().get(BALLOON).jsonPath().getLong("bytes") == 0));
        given().get(BALLOON).then().body("$", not(hasKey("leaseSecondsLeft")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                     | bytes",
                "{\"bytes\": null}                      | bytes",
                "{\"bytes\": -1}                        | bytes",
                "{\"bytes\": 1.5}                       | bytes",
                "{\"bytes\": \"1\"}                     | bytes",
                "{\"bytes\": 67108865}                  | bytes",
                "{\"bytes\": 9223372036854775807}       | bytes",
                "{\"bytes\": 99999999999999999999}      | bytes",
                "{\"bytes\": 1, \"leaseSeconds\": 0}    | leaseSeconds",
                "{\"bytes\": 1, \"leaseSeconds\": -1}   | leaseSeconds",
                "{\"bytes\": 1, \"leaseSeconds\": \"x\"} | leaseSeconds",
                "{\"bytes\": 1, \"leaseSeconds\": 315360001} | leaseSeconds",
                "{\"bytes\": 1, \"lease\": 1}           | lease"
            })
    void badFields(String body, String field) {
        set(body)
                .statusCode(400)
                .body("code", equalTo("BAD_BODY"))
                .body("errors[0].field", equalTo(field))
                .body("detail", containsString(field));
        given().get(BALLOON).then().body("bytes", equalTo(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "{\"bytes\": 1"})
    void badBodies(String body) {
        set(body).statusCode(400).body("code", equalTo("BAD_BODY"));
    }

    @Test
    void otherTypes() {
        given().contentType(ContentType.TEXT)
                .body("{\"bytes\": 1}")
                .post(BALLOON)
                .then()
                .statusCode(415)
                .body("code", equalTo("UNSUPPORTED_MEDIA_TYPE"));
    }

    @Test
    void allButALittleMayBeTaken() {
        set("{\"bytes\": " + (ARENA_BYTES - (16 << 20)) + "}").statusCode(200);
        given().get("/v1/memory/pressure").then().statusCode(200);
    }
}
