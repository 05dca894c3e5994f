package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        try (ExecutorService writers =
                Executors.newFixedThreadPool(
                        2, Thread.ofPlatform().name("busy-client-", 0).factory())) {
            List<Future<?>> running =
                    List.of("b", "c").stream()
                            .<Future<?>>map(handle ->
                                    writers.submit(() -> {
                                        for (int i = 0; !done.get(); i++) {
                                            store(handle, bytes(1000 + i % 90_000, i));
                                            pool.compact();
                                        }
                                        return handle;
                                    }))
                            .toList();
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
            for (Future<?> writer : running) {
                writer.get();
            }
        }
    }
}
