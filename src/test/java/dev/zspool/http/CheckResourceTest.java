package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.Pace;
import dev.zspool.testkit.Racers;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// The look over the memory in use.
@QuarkusTest
class CheckResourceTest extends EdgeTest {

    private static final String CHECK = "/v1/memory/check";

    @Test
    void anIdleServiceIsSoundAndNothingIsUnverified() throws IOException {
        store("a", bytes(100_000, 1));
        given().get(CHECK)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body(
                        "keySet()",
                        containsInAnyOrder("sound", "violations", "checked", "unverified"))
                .body("sound", equalTo(true))
                .body("violations", empty())
                .body("unverified", empty())
                .body("checked.pools", equalTo(1))
                .body("checked.zspages", greaterThan(0))
                .body("checked.handles", equalTo((int) pool.stats().objects()))
                .body("checked.handlePages", greaterThan(0))
                .body("checked.pageblocks", greaterThan(0));
    }

    @Test
    void aBusyServiceIsSound() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Racers racers = new Racers();
        for (String handle : List.of("b", "c")) {
            racers.add(() -> {
                for (int i = 0; !done.get(); i++) {
                    store(handle, bytes(1000 + i % 90_000, i));
                    assertTrue(pool.compact(Pace.FULL_SPEED).freedPages() >= 0);
                }
            });
        }
        racers.add(() -> {
            try {
                for (int i = 0; i < 20; i++) {
                    JsonPath report =
                            given().get(CHECK).then().statusCode(200).extract().jsonPath();
                    assertTrue(report.getBoolean("sound"), report::prettify);
                    assertEquals(List.of(), report.getList("violations"));
                }
            } finally {
                done.set(true);
            }
        });
        racers.run();
    }
}
