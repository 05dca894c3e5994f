package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.zspool.page.FrameState;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Looking at pages, isolating them, migrating them and putting them back.
@QuarkusTest
class PageResourceTest extends EdgeTest {

    private static final String PAGES = "/v1/pools/default/pages";

    @Inject PageArena arena;

    @AfterEach
    void nothingIsIsolated() {
        assertEquals(0, pool.leases().count());
        assertEquals(0, pool.pages().isolatedPages());
    }

    /// Stores content that does not compress, two blocks of it.
    ///
    /// @return a frame that holds one object of it and nothing else
    private int storedIn(String handle, byte[] content) throws IOException {
        store(handle, content);
        return frameOf(handle);
    }

    private static int frameOf(String handle) {
        return given().get(BLOBS + "/" + handle + "/layout").path("blocks[0].chunks[0].frame");
    }

    private static String isolate(int frame) {
        return step(frame, "isolate").statusCode(200).extract().path("lease");
    }

    @CanIgnoreReturnValue
    private static ValidatableResponse step(Object frame, String step) {
        return given().post(PAGES + "/" + frame + "/" + step).then();
    }

    private static ValidatableResponse page(int frame) {
        return given().get(PAGES + "/" + frame).then();
    }

    private static JsonPath list(String query) {
        return given().urlEncodingEnabled(false)
                .get(PAGES + "?" + query)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .extract()
                .jsonPath();
    }

    @Test
    void aListGoesOnBehindTheLastFrame() throws IOException {
        store("a", bytes(100_000, 1));
        List<Integer> whole = list("limit=1000").getList("pages.frame", Integer.class);
        assertEquals(pool.stats().poolBytes() >> Frames.FRAME_SHIFT, whole.size());
        assertEquals(whole.stream().sorted().toList(), whole);
        List<Integer> parts = new ArrayList<>();
        JsonPath part = list("limit=7");
        while (part.get("next") != null) {
            assertTrue(part.getList("pages").size() <= 7);
            parts.addAll(part.getList("pages.frame", Integer.class));
            part = list("limit=7&after=" + part.getInt("next"));
        }
        parts.addAll(part.getList("pages.frame", Integer.class));
        assertEquals(whole, parts);
        JsonPath nothing = list("after=2147483647");
        assertEquals(List.of(), nothing.getList("pages"));
        assertNull(nothing.get("next"));
    }

    @Test
    void aListShowsWhatIsAskedFor() throws IOException {
        int frame = storedIn("a", bytes(100_000, 1));
        assertEquals(List.of(254), distinct(list("class=254"), "class"));
        assertTrue(list("class=254").getList("pages.frame").contains(frame));
        assertEquals(List.of(11), distinct(list("fullness=11"), "fullness"));
        assertEquals(list("fullness=11").prettify(), list("fullness=100%25").prettify());
        assertEquals(list("fullness=10").prettify(), list("fullness=99%25").prettify());
        assertEquals(List.of(), list("fullness=0").getList("pages"));
        assertEquals(List.of(), list("isolated=true").getList("pages"));
        isolate(frame);
        assertEquals(List.of(frame), list("isolated=true").getList("pages.frame"));
        assertEquals(
                List.of(frame), list("isolated=true&class=254&fullness=11").getList("pages.frame"));
        assertTrue(!list("isolated=false&limit=1000").getList("pages.frame").contains(frame));
        step(frame, "putback").statusCode(200);
    }

    private static List<Integer> distinct(JsonPath list, String field) {
        return list.getList("pages." + field, Integer.class).stream().distinct().toList();
    }

    @Test
    void aPageAndWhatIsOnIt() throws IOException {
        int frame = storedIn("a", bytes(100_000, 1));
        int object = given().get(BLOBS + "/a/layout").path("blocks[0].chunks[0].object");
        page(frame)
                .statusCode(200)
                .contentType("application/json")
                .body("frame", equalTo(frame))
                .body("position", equalTo(0))
                .body("pagesPerZspage", equalTo(1))
                .body("class", equalTo(254))
                .body("size", equalTo(4096))
                .body("fullness", equalTo(11))
                .body("zspageObjects", equalTo(1))
                .body("zspageSlots", equalTo(1))
                .body("objects", equalTo(1))
                .body("isolated", equalTo(false))
                .body("chain", contains(frame))
                .body("slots.slot", contains(0))
                .body("slots.object", contains(object))
                .body("slots.offset", contains(0))
                .body("leaseExpiresAt", equalTo(null));
        int root = given().get(BLOBS + "/a/layout").path("root.frame");
        page(root).body("chain", hasItem(root)).body("class", not(equalTo(254)));
    }

    @Test
    void anIsolatedPageIsReadAndMigrated() throws IOException {
        byte[] content = bytes(100_000, 1);
        int frame = storedIn("a", content);
        Instant before = Instant.now();
        JsonPath isolated =
                step(frame, "isolate")
                        .statusCode(200)
                        .body("outcome", equalTo("ISOLATED"))
                        .body("frame", equalTo(frame))
                        .body("lease", matchesPattern("[0-9a-f]{16}"))
                        .extract()
                        .jsonPath();
        Instant expiresAt = Instant.parse(isolated.getString("expiresAt"));
        assertTrue(!expiresAt.isBefore(before.plusSeconds(30)), expiresAt::toString);
        assertTrue(expiresAt.isBefore(Instant.now().plusSeconds(31)), expiresAt::toString);
        page(frame)
                .body("isolated", equalTo(true))
                .body("leaseExpiresAt", equalTo(isolated.getString("expiresAt")));
        assertEquals(
                1,
                given().get("/v1/pools/default/classes")
                        .jsonPath()
                        .getInt("classes.isolated.sum()"));
        assertArrayEquals(content, content("a"));
        int target =
                given().queryParam("lease", isolated.getString("lease"))
                        .post(PAGES + "/" + frame + "/migrate")
                        .then()
                        .statusCode(200)
                        .body("outcome", equalTo("MIGRATED"))
                        .body("frame", equalTo(frame))
                        .extract()
                        .path("target");
        assertNotEquals(frame, target);
        assertEquals(target, frameOf("a"));
        page(frame).statusCode(404).body("code", equalTo("PAGE_NOT_FOUND"));
        page(target).body("isolated", equalTo(false)).body("leaseExpiresAt", equalTo(null));
        assertArrayEquals(content, content("a"));
    }

    @Test
    void everyPageOfABlobCanBeMigrated() throws IOException {
        byte[] content = bytes(200_000, 1);
        store("a", content);
        for (int frame : list("limit=1000").getList("pages.frame", Integer.class)) {
            isolate(frame);
            step(frame, "migrate").statusCode(200);
        }
        assertArrayEquals(content, content("a"));
    }

    @Test
    void aPageIsPutBack() throws IOException {
        int frame = storedIn("a", bytes(100_000, 1));
        String lease = isolate(frame);
        given().queryParam("lease", lease)
                .post(PAGES + "/" + frame + "/putback")
                .then()
                .statusCode(200)
                .body("outcome", equalTo("PUT_BACK"))
                .body("frame", equalTo(frame));
        page(frame).body("isolated", equalTo(false));
        assertEquals(frame, frameOf("a"));
    }

    @Test
    void whatIsDeletedWhileIsolatedGoesWhenItIsPutBack() throws IOException {
        int frame = storedIn("a", bytes(100_000, 1));
        isolate(frame);
        given().delete(PATH).then().statusCode(204);
        page(frame)
                .statusCode(200)
                .body("objects", equalTo(0))
                .body("fullness", equalTo(0))
                .body("isolated", equalTo(true));
        step(frame, "isolate").statusCode(409).body("code", equalTo("EBUSY"));
        step(frame, "putback").statusCode(200).body("outcome", equalTo("PUT_BACK"));
        page(frame).statusCode(404).body("code", equalTo("PAGE_NOT_FOUND"));
    }

    @Test
    void whatIsDeletedWhileIsolatedCannotBeMigrated() throws IOException {
        int frame = storedIn("a", bytes(100_000, 1));
        isolate(frame);
        given().delete(PATH).then().statusCode(204);
        step(frame, "migrate").statusCode(409).body("code", equalTo("EBUSY"));
        page(frame).statusCode(404).body("code", equalTo("PAGE_NOT_FOUND"));
        step(frame, "putback").statusCode(404).body("code", equalTo("PAGE_NOT_FOUND"));
    }

    @Test
    void whatIsIsolatedCannotBeIsolatedAgain() throws IOException {
        int frame = storedIn("a", bytes(100_000, 1));
        String lease = isolate(frame);
        step(frame, "isolate?lease=3600").statusCode(409).body("code", equalTo("EAGAIN"));
        Instant expiresAt = pool.leases().expiryOf(frame).orElseThrow();
        assertTrue(expiresAt.isBefore(Instant.now().plusSeconds(31)), expiresAt::toString);
        step(frame, "putback?lease=" + lease).statusCode(200);
        step(frame, "putback").statusCode(409).body("code", equalTo("NOT_ISOLATED"));
        step(frame, "putback?lease=" + lease).statusCode(409).body("code", equalTo("NOT_ISOLATED"));
    }

    @Test
    void onlyWhatIsIsolatedCanBeMovedOrPutBack() throws IOException {
        byte[] content = bytes(100_000, 1);
        int frame = storedIn("a", content);
        long acquired = arena.stats().acquiredFrames();
        step(frame, "migrate").statusCode(409).body("code", equalTo("NOT_ISOLATED"));
        step(frame, "putback").statusCode(409).body("code", equalTo("NOT_ISOLATED"));
        assertEquals(acquired, arena.stats().acquiredFrames());
        assertEquals(frame, frameOf("a"));
        assertArrayEquals(content, content("a"));
    }

    @Test
    void aLeaseOfSomebodyElseIsNone() throws IOException {
        int frame = storedIn("a", bytes(100_000, 1));
        String lease = isolate(frame);
        for (String other : List.of("0", "1", "ffffffffffffffff", "deadBEEF")) {
            step(frame, "migrate?lease=" + other)
                    .statusCode(409)
                    .body("code", equalTo("NOT_ISOLATED"));
            step(frame, "putback?lease=" + other)
                    .statusCode(409)
                    .body("code", equalTo("NOT_ISOLATED"));
        }
        for (String none : List.of("", "x", "-1", "12345678901234567", "1&lease=1")) {
            step(frame, "migrate?lease=" + none)
                    .statusCode(400)
                    .body("code", equalTo("BAD_PARAMETER"));
            step(frame, "putback?lease=" + none)
                    .statusCode(400)
                    .body("code", equalTo("BAD_PARAMETER"));
        }
        page(frame).body("isolated", equalTo(true));
        assertEquals(frame, frameOf("a"));
        step(frame, "putback?lease=" + lease).statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.05S", "pt0.05s", "PT0.000000001S"})
    void aLeaseExpires(String life) throws IOException {
        byte[] content = bytes(100_000, 1);
        int frame = storedIn("a", content);
        String lease = step(frame, "isolate?lease=" + life).statusCode(200).extract().path("lease");
        assertTrue(eventually(() -> pool.leases().count() == 0), "it is still leased");
        page(frame).body("isolated", equalTo(false)).body("leaseExpiresAt", equalTo(null));
        step(frame, "putback?lease=" + lease).statusCode(409).body("code", equalTo("NOT_ISOLATED"));
        step(frame, "migrate?lease=" + lease).statusCode(409).body("code", equalTo("NOT_ISOLATED"));
        assertArrayEquals(content, content("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "3600", "PT1H", "PT59M60S"})
    void aLeaseMayBeLong(String life) throws IOException {
        int frame = storedIn("a", bytes(100_000, 1));
        Duration most = Duration.ofHours(1);
        step(frame, "isolate?lease=" + life).statusCode(200);
        Instant expiresAt = pool.leases().expiryOf(frame).orElseThrow();
        assertTrue(!expiresAt.isAfter(Instant.now().plus(most)), expiresAt::toString);
        pool.leases().putBack(frame, OptionalLong.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "3601",
                "1.5",
                "99999999999",
                "PT0S",
                "-PT1S",
                "PT-1S",
                "PT1H0.001S",
                "P1D",
                "P1M",
                "PT",
                "abc",
                "1s",
                "%2B1",
                "1&lease=1",
                "P99999999999999999999D"
            })
    void aLeaseHasBounds(String life) throws IOException {
        int frame = storedIn("a", bytes(100_000, 1));
        given().urlEncodingEnabled(false)
                .post(PAGES + "/" + frame + "/isolate?lease=" + life)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("code", equalTo("BAD_PARAMETER"));
        page(frame).body("isolated", equalTo(false));
    }

    @Test
    void leasesAreFew() throws IOException {
        store("a", bytes(1_000_000, 1));
        int limit = pool.leases().limit();
        List<Integer> frames = list("limit=1000").getList("pages.frame", Integer.class);
        assertTrue(frames.size() > limit);
        List<Integer> isolated = frames.subList(0, limit);
        isolated.forEach(PageResourceTest::isolate);
        step(frames.get(limit), "isolate").statusCode(409).body("code", equalTo("TOO_MANY_LEASES"));
        page(frames.get(limit)).body("isolated", equalTo(false));
        isolated.forEach(frame -> step(frame, "putback").statusCode(200));
    }

    @ParameterizedTest
    @CsvSource({
        "2147483647,           404, PAGE_NOT_FOUND",
        "33554432,             404, PAGE_NOT_FOUND",
        "2147483648,           404, PAGE_NOT_FOUND",
        "99999999999999999999, 404, PAGE_NOT_FOUND",
        "-1,                   400, BAD_FRAME",
        "%2B1,                 400, BAD_FRAME",
        "1.0,                  400, BAD_FRAME",
        "0x1,                  400, BAD_FRAME",
        "abc,                  400, BAD_FRAME",
        "%20,                  400, BAD_FRAME",
        "%D9%A1,               400, BAD_FRAME",
    })
    void framesThatAreNoPages(String frame, int status, String code) {
        given().urlEncodingEnabled(false)
                .get(PAGES + "/" + frame)
                .then()
                .statusCode(status)
                .body("code", equalTo(code));
        for (String step : List.of("isolate", "migrate", "putback")) {
            given().urlEncodingEnabled(false)
                    .post(PAGES + "/" + frame + "/" + step)
                    .then()
                    .statusCode(status)
                    .contentType("application/problem+json")
                    .body("code", equalTo(code));
        }
    }

    @Test
    void aFreeFrameIsNoPage() {
        int free = 0;
        while (arena.stateOf(free) == FrameState.OWNED) {
            free++;
        }
        framesThatAreNoPages(Integer.toString(free), 404, "PAGE_NOT_FOUND");
        framesThatAreNoPages(Integer.toString(arena.totalFrames()), 404, "PAGE_NOT_FOUND");
        framesThatAreNoPages(Integer.toString(arena.totalFrames() - 1), 404, "PAGE_NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=-1",
                "limit=",
                "limit=abc",
                "limit=1e3",
                "limit=1&limit=1",
                "limit=99999999999",
                "after=-1",
                "after=",
                "after=2147483648",
                "after=x",
                "class=255",
                "class=-1",
                "class=a",
                "fullness=12",
                "fullness=-1",
                "fullness=0%25",
                "fullness=100",
                "fullness=half",
                "fullness=",
                "isolated=",
                "isolated=TRUE",
                "isolated=1",
                "limit=%ff",
                "limit=1%00"
            })
    void absurdParameters(String query) throws IOException {
        try (RawHttp http = connect()) {
            RawHttp.Answer answer = http.send(head("GET", PAGES + "?" + query)).answer();
            assertProblem(answer, 400, "BAD_PARAMETER");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=%zz", "fullness=10%", "x=%1", "%"})
    void brokenEscapesAreNoHttp(String query) throws IOException {
        try (RawHttp http = connect()) {
            RawHttp.Answer answer = http.send(head("GET", PAGES + "?" + query)).answer();
            assertEquals(400, answer.status());
        }
    }

    @Test
    void unknownPools() {
        given().get("/v1/pools/none/pages").then().statusCode(404).body("code", notFound());
        given().get("/v1/pools/none/pages/0").then().statusCode(404).body("code", notFound());
        for (String step : List.of("isolate", "migrate", "putback")) {
            given().post("/v1/pools/none/pages/0/" + step)
                    .then()
                    .statusCode(404)
                    .body("code", notFound());
        }
    }

    private static Matcher<String> notFound() {
        return equalTo("POOL_NOT_FOUND");
    }

    @Test
    void otherSitesMoveNothing() throws IOException {
        int frame = storedIn("a", bytes(100_000, 1));
        try (RawHttp http = connect()) {
            String post =
                    head(
                            "POST",
                            PAGES + "/" + frame + "/isolate",
                            "Sec-Fetch-Site: cross-site",
                            "Content-Length: 0");
            assertProblem(http.send(post).answer(), 403, "CROSS_SITE_REQUEST");
        }
        page(frame).body("isolated", equalTo(false)).body("$", not(anEmptyMap()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | /v1/pools/default/pages           | GET, HEAD, OPTIONS",
                "DELETE | /v1/pools/default/pages/1         | GET, HEAD, OPTIONS",
                "GET    | /v1/pools/default/pages/1/isolate | OPTIONS, POST",
                "PUT    | /v1/pools/default/pages/1/migrate | OPTIONS, POST",
                "GET    | /v1/pools/default/pages/1/putback | OPTIONS, POST",
                "POST   | /v1/memory                        | GET, HEAD, OPTIONS",
                "PUT    | /v1/pools/default/blobs/a/layout  | GET, HEAD, OPTIONS"
            })
    void aWrongMethodIsToldTheRightOnes(String method, String path, String allowed) {
        given().request(method, path)
                .then()
                .statusCode(405)
                .header("Allow", allowed)
                .body("code", equalTo("METHOD_NOT_ALLOWED"));
    }
}
