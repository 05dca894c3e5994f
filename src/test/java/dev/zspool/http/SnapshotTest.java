package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Snapshots over HTTP: who may have one, and what it may be called.
@QuarkusTest
class SnapshotTest extends EdgeTest {

    private static final String VOLATILE = "/v1/pools/volatile";

    @BeforeEach
    void makePool() {
        given().contentType("application/json")
                .body("{\"durability\":\"none\"}")
                .put(VOLATILE)
                .then()
                .statusCode(201);
    }

    @AfterEach
    void destroyPool() {
        given().delete(VOLATILE + "?force=true");
    }

    @Test
    void aPoolInMemoryOnlyHasNone() {
        given().noContentType()
                .post(VOLATILE + "/snapshot")
                .then()
                .statusCode(409)
                .body("code", equalTo("NOT_DURABLE"));
        given().contentType("application/json")
                .body("{\"name\":\"mine\"}")
                .post(VOLATILE + "/snapshot")
                .then()
                .statusCode(409)
                .body("code", equalTo("NOT_DURABLE"));
        given().noContentType()
                .post("/v1/pools/none/snapshot")
                .then()
                .statusCode(404)
                .body("code", equalTo("POOL_NOT_FOUND"));
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"name\":\"\"}',              name",
        "'{\"name\":\".hidden\"}',       name",
        "'{\"name\":\"..\"}',            name",
        "'{\"name\":\"a/b\"}',           name",
        "'{\"name\":\"a b\"}',           name",
        "'{\"name\":\"a\\u0000\"}',      name",
        "'{\"name\":\"a\\n\"}',          name",
        "'{\"name\":7}',                 name",
        "'{\"nmae\":\"a\"}',             nmae",
        "'[]',                           ''",
        "'{\"name\":\"a\",\"name\":\"b\"}', ''",
        "'{',                            ''",
    })
    void absurdNames(String body, String field) {
        given().contentType("application/json")
                .body(body)
                .post(VOLATILE + "/snapshot")
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_BODY"))
                .body("errors.field", hasItem(field));
    }

    @Test
    void aNameIsNotTooLong() {
        given().contentType("application/json")
                .body("{\"name\":\"" + "a".repeat(65) + "\"}")
                .post(VOLATILE + "/snapshot")
                .then()
                .statusCode(400)
                .body("detail", startsWith("name must be 1 to 64 characters"));
    }

    @Test
    void aBodyOfAnotherTypeIsRefused() {
        given().contentType("text/plain")
                .body("{}")
                .post(VOLATILE + "/snapshot")
                .then()
                .statusCode(415)
                .body("code", equalTo("UNSUPPORTED_MEDIA_TYPE"));
    }
}
