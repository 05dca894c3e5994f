package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a pool says about itself.
@QuarkusTest
class PoolResourceTest extends EdgeTest {

    @Test
    void countersHaveTheNamesOfMmStat() throws IOException {
        JsonPath before = given().get("/v1/pools/default").jsonPath();
        store("a", bytes(1000, 1));
        store("b", new byte[5000]);
        JsonPath after =
                given().get("/v1/pools/default")
                        .then()
                        .statusCode(200)
                        .contentType("application/json")
                        .body("$", aMapWithSize(18))
                        .body("pool", equalTo("default"))
                        .body("mem_used_total", greaterThan(0))
                        .body("mem_used_max", greaterThan(0))
                        .extract()
                        .jsonPath();
        assertEquals(2, change("blobs", before, after));
        assertEquals(6000, change("orig_data_size", before, after));
        assertEquals(1000, change("compr_data_size", before, after));
        assertEquals(1, change("same_pages", before, after));
        assertEquals(1, change("huge_pages", before, after));
        assertEquals(1, change("huge_pages_since", before, after));
        assertEquals(0, change("pages_compacted", before, after));
        assertEquals(0, change("bd_count", before, after));
        assertEquals(0, change("bd_reads", before, after));
        assertEquals(0, change("bd_writes", before, after));
        assertEquals(pool.stats().limitBytes(), after.getLong("mem_limit"));
    }

    private static long change(String name, JsonPath before, JsonPath after) {
        return after.getLong(name) - before.getLong(name);
    }

    @Test
    void classesAsJson() throws IOException {
        store("a", bytes(1000, 1));
        JsonPath classes =
                given().get("/v1/pools/default/classes")
                        .then()
                        .statusCode(200)
                        .contentType("application/json")
                        .body("pool", equalTo("default"))
                        .extract()
                        .jsonPath();
        assertEquals(pool.classes().size(), classes.getList("classes").size());
        List<Integer> sizes = classes.getList("classes.size", Integer.class);
        assertEquals(sizes.stream().sorted().toList(), sizes);
        assertTrue(classes.getInt("classes.obj_used.sum()") > 0);
        assertEquals(0, classes.getInt("classes.isolated.sum()"));
        assertEquals(ClassTable.GROUPS, List.copyOf(classes.getMap("classes[0].zspages").keySet()));
    }

    @Test
    void classesAsTheKernelPrintsThem() {
        String table =
                given().accept("text/plain")
                        .get("/v1/pools/default/classes")
                        .then()
                        .statusCode(200)
                        .contentType("text/plain;charset=UTF-8")
                        .extract()
                        .asString();
        assertEquals(ClassTable.of(pool.classes()), table);
    }
}
