package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/// Who one is where nobody is asked; AccessIT has the others.
@QuarkusTest
class IdentityResourceTest {
    @Test
    void everybodyMayDoEverything() {
        given().get("/v1/identity")
                .then()
                .statusCode(200)
                .body("name", equalTo("anybody"))
                .body("way", equalTo("OPEN"))
                .body("roles", contains("operator", "reader", "writer"))
                .body("poolRoles.size()", equalTo(0));
    }
}
