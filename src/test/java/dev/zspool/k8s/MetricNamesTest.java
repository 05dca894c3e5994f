package dev.zspool.k8s;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.oneOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Alerts and panels name only what the running service tells.
@QuarkusTest
class MetricNamesTest {

    /// Prometheus makes it itself.
    private static final Set<String> OF_PROMETHEUS = Set.of("up");

    private static final Pattern SERIES = Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)[{ ]");

    @TestHTTPResource(value = "/metrics", management = true)
    URI metrics = URI.create("");

    @Test
    void everyMetricIsInAScrape() throws IOException {
        Set<String> told = names(scrape());
        told.addAll(OF_PROMETHEUS);
        Map<String, Set<String>> unknown = new TreeMap<>();
        Map<String, String> expressions = Monitoring.expressions();
        Monitoring.variables()
                .forEach(query ->
                        expressions.put(query, query.replaceAll("label_values\\((.*),.*", "$1")));
        expressions.forEach((what, expression) -> {
            Set<String> names = Promql.metrics(expression);
            assertTrue(!names.isEmpty(), what);
            names.removeAll(told);
            if (!names.isEmpty()) {
                unknown.put(what, names);
            }
        });
        assertEquals(Map.of(), unknown);
    }

    @Test
    void everyStateThatAnAlertWaitsForIsTold() {
        String scrape = scrape();
        for (String label :
                Set.of(
                        "state=\"disk_full\"",
                        "state=\"failed\"",
                        "area=\"heap\"",
                        "id=\"direct\"")) {
            assertTrue(scrape.contains(label), label);
        }
    }

    @Test
    void onlyBlobsHaveAHistogram() {
        String buckets =
                scrape().lines()
                        .filter(line -> line.startsWith("http_server_requests_seconds_bucket{"))
                        .collect(Collectors.joining("\n"));
        assertTrue(buckets.contains("uri=\"/v1/pools/{pool}/blobs/{handle}\""), buckets);
        assertTrue(buckets.contains("le=\"+Inf\""), buckets);
        assertTrue(
                buckets.lines().allMatch(line -> line.contains("uri=\"/v1/pools/{pool}/blobs")),
                buckets);
    }

    private String scrape() {
        given().body("content")
                .put("/v1/pools/default/blobs/k8s")
                .then()
                .statusCode(oneOf(201, 204));
        given().get("/v1/pools/default/blobs/k8s").then().statusCode(200);
        given().get("/v1/pools").then().statusCode(200);
        return given().accept("text/plain").get(metrics).asString();
    }

    private static Set<String> names(String scrape) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = SERIES.matcher(scrape);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
