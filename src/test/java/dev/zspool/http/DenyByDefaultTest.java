package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@QuarkusTest
class DenyByDefaultTest extends EdgeTest {
    @Test
    @DisplayName(
            "a resource that names no role is for nobody, not even where everybody is operator")
    void forgotten() {
        given().get(ForgottenResource.PATH)
                .then()
                .statusCode(403)
                .body("code", equalTo("FORBIDDEN"));
    }
}
