package dev.zspool.observe;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What operators see on the management port.
@QuarkusTest
class PoolObserveTest {

    @TestHTTPResource(value = "/metrics", management = true)
    URI metrics = URI.create("");

    @TestHTTPResource(value = "/health/ready", management = true)
    URI ready = URI.create("");

    @TestHTTPResource(value = "/health/live", management = true)
    URI live = URI.create("");

    @TestHTTPResource(value = "/health/started", management = true)
    URI started = URI.create("");

    @TestHTTPResource(value = "/health/group/writes", management = true)
    URI writes = URI.create("");

    @ParameterizedTest
    @CsvSource({
        "zspool_pool_blobs,                         gauge",
        "zspool_pool_objects,                       gauge",
        "zspool_pool_filled_blobs,                  gauge",
        "zspool_pool_raw_blobs,                     gauge",
        "zspool_pool_expiring_blobs,                gauge",
        "zspool_pool_expiry_pages,                  gauge",
        "zspool_pool_expired_blobs_total,           counter",
        "zspool_pool_evicted_blobs_total,           counter",
        "zspool_pool_absent_blobs,                  gauge",
        "zspool_pool_left_blobs_total,              counter",
        "zspool_pool_journal_reads_total,           counter",
        "zspool_pool_warm_up_total_blobs,           gauge",
        "zspool_pool_warm_up_looked_at_blobs,       gauge",
        "zspool_pool_warm_up_admitted_blobs,        gauge",
        "zspool_pool_warm_up_done,                  gauge",
        "zspool_pool_logical_bytes,                 gauge",
        "zspool_pool_stored_bytes,                  gauge",
        "zspool_pool_used_bytes,                    gauge",
        "zspool_pool_peak_bytes,                    gauge",
        "zspool_pool_limit_bytes,                   gauge",
        "zspool_pool_reclaimable_pages,             gauge",
        "zspool_pool_index_pages,                   gauge",
        "zspool_pool_handle_table_pages,            gauge",
        "zspool_pool_compaction_freed_pages_total,  counter",
        "zspool_pool_stored_raw_blobs_total,        counter",
        "zspool_pool_corrupted_reads_total,         counter"
    })
    void everyMeterHasUnitTypeAndHelp(String name, String type) {
        given().accept("text/plain")
                .get(metrics)
                .then()
                .statusCode(200)
                .body(containsString("# HELP " + name + " "))
                .body(containsString("# TYPE " + name + " " + type))
                .body(containsString("\n" + name + "{pool=\"default\""));
    }

    @ParameterizedTest
    @CsvSource({
        "zspool_pressure_level,               gauge,   ''",
        "zspool_pressure_headroom_bytes,      gauge,   ''",
        "zspool_pressure_stall_ratio,         gauge,   ''",
        "zspool_pressure_frame_budget_bytes,  gauge,   ''",
        "zspool_pressure_working_set_bytes,   gauge,   ''",
        "zspool_pressure_limit_bytes,         gauge,   ''",
        "zspool_pressure_waiting_writers,     gauge,   ''",
        "zspool_pressure_oom_events_total,    counter, ''",
        "zspool_shrink_released_bytes_total,  counter, {step=\"warm_frames\"",
        "zspool_shrink_runs_total,            counter, {step=\"compaction\"",
        "zspool_shrink_seconds_total,         counter, {step=\"eviction\""
    })
    void shortMemoryHasMeters(String name, String type, String tags) {
        given().accept("text/plain")
                .get(metrics)
                .then()
                .statusCode(200)
                .body(containsString("# HELP " + name + " "))
                .body(containsString("# TYPE " + name + " " + type))
                .body(containsString("\n" + name + tags));
    }

    @Test
    void callersCannotMakeTimeSeries() {
        given().header("Host", "evil.example").get("/made-up/1").then().statusCode(403);
        given().urlEncodingEnabled(false).get("/made-up/2;x").then().statusCode(400);
        given().get("/made-up/3").then().statusCode(404);
        given().request("BREW", "/made-up/4").then().statusCode(404);
        given().request("BREW", "/v1/pools/default").then().statusCode(405);
        given().accept("text/plain")
                .get(metrics)
                .then()
                .body(containsString("method=\"OTHER\""))
                .body(not(containsString("BREW")))
                .body(not(containsString("made-up")));
    }

    @Test
    void aliveAndStarted() {
        given().get(live)
                .then()
                .statusCode(200)
                .body("checks.name", equalTo(List.of("threads")))
                .body("checks[0].data.stuckEventLoops", equalTo(0))
                .body("checks[0].data.eventLoops", greaterThan(0));
        given().get(started)
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'engine' }.status", equalTo("UP"));
    }

    @Test
    void readyWhenThePoolsAnswer() {
        given().get(ready)
                .then()
                .statusCode(200)
                .body("status", equalTo("UP"))
                .body("checks.find { it.name == 'pools' }.status", equalTo("UP"));
    }

    @Test
    void whetherWritesAreTakenIsAQuestionOfItsOwn() {
        given().get(writes)
                .then()
                .statusCode(200)
                .body("checks.name", equalTo(List.of("writes")))
                .body("checks[0].status", equalTo("UP"));
        given().get(ready).then().body("checks.name", not(hasItem("writes")));
    }
}
