package dev.zspool.http;

import static dev.zspool.http.JsonNumber.moreThan;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zspool.page.PageArena;
import dev.zspool.pressure.PressureLevel;
import dev.zspool.pressure.PressureReason;
import dev.zspool.pressure.PressureView;
import dev.zspool.pressure.ShrinkStep;
import dev.zspool.pressure.StepTotals;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How short memory is, over HTTP.
@QuarkusTest
@TestProfile(PressureResourceTest.OwnArena.class)
class PressureResourceTest extends EdgeTest {
    private static final String PRESSURE = "/v1/memory/pressure";
    private static final long ARENA_BYTES = 64 << 20;

    /// An arena of 64 MiB of its own: what is held back here must not concern other tests.
    public static final class OwnArena implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("zspool.arena.size", Long.toString(ARENA_BYTES));
        }
    }

    @Inject PageArena arena;

    @Test
    void everythingIsThere() throws Exception {
        store("a", bytes(1_000_000, 1));
        JsonPath now =
                given().get(PRESSURE)
                        .then()
                        .statusCode(200)
                        .contentType("application/json")
                        .body("sinceMillis", greaterThanOrEqualTo(0))
                        .body("workingSetBytes", moreThan(1 << 20))
                        .body("watermarks", aMapWithSize(3))
                        .body("watermarks.minBytes", moreThan(0))
                        .body("stallPermille", greaterThanOrEqualTo(0))
                        .body("budget.configuredBytes", equalTo((int) ARENA_BYTES))
                        .body("budget.balloonBytes", equalTo(0))
                        .body("budget.usedBytes", moreThan(1_000_000))
                        .body("oomEvents", equalTo(0))
                        .extract()
                        .jsonPath();
        PressureLevel.valueOf(now.getString("level"));
        PressureReason.valueOf(now.getString("reason"));
        assertTrue(now.getLong("watermarks.minBytes") <= now.getLong("watermarks.lowBytes"));
        assertTrue(now.getLong("watermarks.lowBytes") < now.getLong("watermarks.highBytes"));
        assertTrue(now.getLong("budget.frameBudgetBytes") <= ARENA_BYTES);
        assertEquals(
                given().get(PRESSURE).jsonPath().getLong("budget.usedBytes"),
                arena.budget().usedPages() << 12);
    }

    private static PressureView view(long limit, long available, long headroom, long held) {
        return new PressureView(
                PressureLevel.REFUSING,
                PressureReason.HEADROOM,
                2_500_000_000L,
                limit,
                300,
                available,
                new PressureView.Marks(headroom, 1, 2, 3),
                17,
                new PressureView.Budget(1000, 100, held, 900, 800, 70),
                4,
                9,
                5,
                List.of(new StepTotals(ShrinkStep.EVICTION, 6, 7, 8_999_999)));
    }

    @Test
    void everyNumberIsTheRightOne() {
        JsonNode json =
                new ObjectMapper().valueToTree(PressureStatistics.of(view(280, 5000, -20, 600)));
        assertEquals(
                "{\"level\":\"REFUSING\",\"reason\":\"HEADROOM\",\"sinceMillis\":2500,"
                        + "\"limitBytes\":280,\"workingSetBytes\":300,\"availableBytes\":5000,"
                        + "\"headroomBytes\":-20,"
                        + "\"watermarks\":{\"minBytes\":1,\"lowBytes\":2,\"highBytes\":3},"
                        + "\"stallPermille\":17,\"budget\":{\"configuredBytes\":1000,"
                        + "\"balloonBytes\":100,\"heldBytes\":600,\"frameBudgetBytes\":900,"
                        + "\"usedBytes\":800,\"warmBytes\":70},\"waitingWriters\":4,"
                        + "\"retryAfterSeconds\":9,\"oomEvents\":5,\"steps\":[{"
                        + "\"step\":\"EVICTION\",\"runs\":6,\"releasedBytes\":7,"
                        + "\"durationMillis\":8}]}",
                json.toString());
    }

    @Test
    void whatIsNotKnownIsNotThere() {
        long none = PressureView.UNLIMITED;
        JsonNode json =
                new ObjectMapper().valueToTree(PressureStatistics.of(view(none, none, none, none)));
        for (String absent : List.of("limitBytes", "availableBytes", "headroomBytes")) {
            assertFalse(json.has(absent), absent);
        }
        assertFalse(json.path("budget").has("heldBytes"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/memory/pressure | POST   | GET, HEAD, OPTIONS",
                "/v1/memory/shrink   | DELETE | GET, HEAD, OPTIONS, POST",
                "/v1/memory/balloon  | PUT    | DELETE, GET, HEAD, OPTIONS, POST"
            })
    void everyPathNamesItsMethods(String path, String wrong, String allowed) {
        given().options(path).then().statusCode(200).header("Allow", allowed);
        given().request(wrong, path)
                .then()
                .statusCode(405)
                .header("Allow", allowed)
                .body("code", equalTo("METHOD_NOT_ALLOWED"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/memory/pressure,              200",
        "/v1/memory/shrink?releaseBytes=1, 200",
        "/v1/memory/shrink,                400",
        "/v1/memory/balloon,               200"
    })
    void headAnswersAsGetDoes(String path, int status) {
        given().head(path).then().statusCode(status).header("Content-Length", not(equalTo("0")));
        given().get(path).then().statusCode(status);
    }
}
