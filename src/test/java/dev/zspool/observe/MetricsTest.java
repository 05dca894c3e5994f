package dev.zspool.observe;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.MadePart;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Every metric of zspool in a scrape: its name, its unit, its help, how many series it can have;
/// and the page about them, which is written anew with `-Ddocs.update=true`.
@QuarkusTest
class MetricsTest {
    private static final MadePart PAGE =
            new MadePart(
                    Path.of("docs/operations/metrics.md"),
                    "<!-- metrics: made from a scrape -->\n",
                    "<!-- end of metrics -->\n");

    /// A name ends with what it counts.
    private static final Set<String> UNITS =
            Set.of(
                    "bytes",
                    "pages",
                    "pageblocks",
                    "zspages",
                    "blobs",
                    "objects",
                    "seconds",
                    "ratio",
                    "events",
                    "reads",
                    "requests",
                    "connections",
                    "writes",
                    "writers",
                    "groups",
                    "syncs",
                    "runs",
                    "moves",
                    "reopenings");

    /// What has no unit: a state, or a truth as 0 or 1.
    private static final Set<String> STATES =
            Set.of("zspool_pressure_level", "zspool_journal_state", "zspool_pool_warm_up_done");

    private static final String POOL = "pool";

    /// Labels, and the most values of each.
    private static final Map<String, Integer> LABELS =
            Map.of(
                    "state",
                    4,
                    "reason",
                    4,
                    "step",
                    7,
                    "outcome",
                    8,
                    "part",
                    11,
                    "slot_bytes",
                    10,
                    "fullness",
                    11);

    @TestHTTPResource(value = "/metrics", management = true)
    URI address = URI.create("");

    private Scrape scrape() {
        return Scrape.of(given().accept("text/plain").get(address).asString());
    }

    @Test
    @DisplayName("has a help text, ends with its unit, and with _total if it only grows")
    void namesAndHelp() {
        Scrape scrape = scrape();
        assertTrue(scrape.metrics().size() > 60);
        scrape.metrics()
                .forEach((name, metric) -> {
                    assertTrue(metric.help().length() > 10, name + " has no help");
                    assertTrue(
                            metric.help().matches("[A-Z0-9].*[^.]"), name + ": " + metric.help());
                    assertTrue(Set.of("gauge", "counter").contains(metric.type()), name);
                    assertEquals(metric.type().equals("counter"), name.endsWith("_total"), name);
                    String base = name.replaceAll("_total$", "");
                    String unit = base.substring(base.lastIndexOf('_') + 1);
                    assertEquals(!STATES.contains(name), UNITS.contains(unit), name);
                });
    }

    @Test
    @DisplayName("has labels of few values, none of which a caller makes up")
    void labels() {
        scrape().metrics()
                .forEach((name, metric) ->
                        metric.labels()
                                .forEach((label, values) -> {
                                    if (label.equals(POOL)) {
                                        assertTrue(name.startsWith("zspool_pool_"), name);
                                    } else {
                                        assertTrue(LABELS.containsKey(label), name + " " + label);
                                        assertTrue(
                                                values.size() <= LABELS.get(label),
                                                name + " " + values);
                                        values.forEach(value ->
                                                assertTrue(
                                                        value.matches("[a-z0-9_]+"), name + value));
                                    }
                                }));
    }

    @Test
    @DisplayName("100 pools that come and go leave no series")
    void poolsThatComeAndGo() {
        Set<String> before = scrape().series();
        for (int i = 0; i < 100; i++) {
            given().contentType("application/json")
                    .body("{\"durability\":\"none\",\"limitBytes\":1048576}")
                    .put("/v1/pools/metrics-" + i)
                    .then()
                    .statusCode(201);
            given().body("content")
                    .put("/v1/pools/metrics-" + i + "/blobs/b")
                    .then()
                    .statusCode(201);
        }
        Set<String> meanwhile = scrape().series();
        assertTrue(meanwhile.size() > before.size() + 100, "each has its own");
        for (int i = 0; i < 100; i++) {
            given().delete("/v1/pools/metrics-" + i + "?force=true").then().statusCode(204);
        }
        String after = given().accept("text/plain").get(address).asString();
        assertEquals(before, Scrape.of(after).series());
        assertFalse(after.contains("metrics-"), "nor any other");
    }

    @Test
    @DisplayName("size classes are counted where their slots belong")
    void classes() {
        given().body("x".repeat(40) + "content that takes a slot of its own")
                .put("/v1/pools/default/blobs/metrics")
                .then();
        Scrape scrape = scrape();
        for (String name : Set.of("pages", "zspages", "reclaimable_pages")) {
            assertEquals(
                    ClassMeters.SLOT_BYTES.length,
                    scrape.values("zspool_class_" + name, "slot_bytes").size());
        }
        assertEquals(
                new TreeSet<>(ClassMeters.FULLNESS),
                scrape.values("zspool_class_zspages", "fullness"));
        assertEquals(0, ClassMeters.rowOf(32));
        assertEquals(0, ClassMeters.rowOf(64));
        assertEquals(1, ClassMeters.rowOf(80));
        assertEquals(9, ClassMeters.rowOf(3088));
        assertEquals(9, ClassMeters.rowOf(4096));
    }

    @Test
    @DisplayName("the page about them has each")
    void page() throws IOException {
        PAGE.assertIs(table(scrape()), MetricsTest.class);
    }

    private static String table(Scrape scrape) {
        StringBuilder table =
                new StringBuilder("| metric | type | labels | meaning |\n|---|---|---|---|\n");
        scrape.metrics()
                .forEach((name, metric) ->
                        table.append("| `")
                                .append(name)
                                .append("` | ")
                                .append(metric.type())
                                .append(" | ")
                                .append(labels(metric))
                                .append(" | ")
                                .append(metric.help())
                                .append(" |\n"));
        return table.toString();
    }

    private static String labels(Scrape.Metric metric) {
        return metric.labels().entrySet().stream()
                .map(label ->
                        "`"
                                + label.getKey()
                                + "`"
                                + (label.getKey().equals(POOL)
                                        ? ""
                                        : ": " + values(label.getValue())))
                .collect(Collectors.joining("; "));
    }

    /// Numbers in their order.
    private static String values(Set<String> values) {
        return values.stream()
                .sorted()
                .sorted(
                        Comparator.comparingInt(value ->
                                Character.isDigit(value.charAt(0)) ? Integer.parseInt(value) : 0))
                .collect(Collectors.joining(", "));
    }
}
