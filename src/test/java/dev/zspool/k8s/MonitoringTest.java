package dev.zspool.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zspool.service.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Alerts, their tests, their entries in the runbooks; the dashboard; who is scraped.
final class MonitoringTest {

    private static final Path RUNBOOKS = Path.of("docs/operations/runbooks.md");
    private static final String TESTS = "monitoring/tests/alerts.yaml";
    private static final String PROMTOOL = "promtool";

    @TempDir Path folder = Path.of("");

    @Test
    void theRulesAreSound() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("rules.yaml"), Monitoring.ruleFile());
        promtool("check", "rules", "rules.yaml").expectSuccess();
    }

    @Test
    void alertsFireWhenTheyShallAndNotBefore() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("rules.yaml"), Monitoring.ruleFile());
        Files.copy(Manifests.ROOT.resolve(TESTS), folder.resolve("alerts.yaml"));
        promtool("test", "rules", "alerts.yaml").expectSuccess();
    }

    /// With the thresholds moved out of reach every alert is missed by a test of its own.
    @Test
    void theTestsOfTheAlertsFail() throws IOException, InterruptedException {
        Files.copy(Manifests.ROOT.resolve(TESTS), folder.resolve("alerts.yaml"));
        Files.writeString(
                folder.resolve("rules.yaml"),
                Monitoring.ruleFile()
                        .replaceAll(
                                "(?s)(- alert: \\w+\n +expr: \\|\n)(.*?)(\n +(for|labels):)",
                                "$1            vector(1) > 2$3"));
        promtool("check", "rules", "rules.yaml").expectSuccess();
        Tools.Ending ending = promtool("test", "rules", "alerts.yaml");
        assertNotEquals(0, ending.exitStatus());
        Set<String> missed = new TreeSet<>();
        Matcher failures = Pattern.compile("alertname: *(\\w+), time:").matcher(ending.output());
        while (failures.find()) {
            missed.add(failures.group(1));
        }
        Set<String> names = new TreeSet<>();
        for (JsonNode alert : Monitoring.alerts()) {
            names.add(alert.path("alert").asText());
        }
        assertEquals(names, missed);
    }

    @Test
    void everyExpressionOfThePanelsIsOne() throws IOException, InterruptedException {
        ObjectNode file = Manifests.JSON.createObjectNode();
        ObjectNode group = file.putArray("groups").addObject().put("name", "panels");
        ArrayNode rules = group.putArray("rules");
        int number = 0;
        for (Map.Entry<String, String> entry : Monitoring.expressions().entrySet()) {
            rules.addObject().put("record", "panel:" + number++).put("expr", entry.getValue());
        }
        // JSON is YAML.
        Files.writeString(folder.resolve("panels.yaml"), file.toString());
        promtool("check", "rules", "panels.yaml").expectSuccess();
    }

    private Tools.Ending promtool(String... arguments) throws IOException, InterruptedException {
        Tools.assumeInstalled(PROMTOOL);
        List<String> command = new ArrayList<>(List.of(PROMTOOL));
        command.addAll(List.of(arguments));
        return Tools.run(folder, command);
    }

    @Test
    void everyAlertIsTestedBothWays() throws IOException {
        Set<String> firing = new HashSet<>();
        Set<String> silent = new HashSet<>();
        for (JsonNode test : Manifests.one(TESTS).path("tests")) {
            for (JsonNode expected : test.path("alert_rule_test")) {
                (expected.path("exp_alerts").isEmpty() ? silent : firing)
                        .add(expected.path("alertname").asText());
            }
        }
        assertEquals(names(), firing);
        assertEquals(names(), silent);
    }

    @Test
    void everyAlertHasItsEntryInTheRunbooks() throws IOException {
        Set<String> entries = new TreeSet<>();
        String text = Files.readString(RUNBOOKS);
        for (String part : text.split("\n## ", -1)) {
            String heading = part.substring(0, Math.max(part.indexOf('\n'), 0)).strip();
            if (heading.startsWith("Zspool")) {
                entries.add(heading);
                assertTrue(part.contains("**Meaning.**"), heading);
                assertTrue(part.contains("**What to do.**"), heading);
                assertTrue(part.contains("```sh\n"), heading);
            }
        }
        assertEquals(names(), entries);
        for (JsonNode alert : Monitoring.alerts()) {
            String name = alert.path("alert").asText();
            assertEquals(
                    RUNBOOKS + "#" + name.toLowerCase(Locale.ROOT),
                    alert.at("/annotations/runbook").asText());
            assertFalse(alert.at("/annotations/summary").asText().isEmpty(), name);
            assertTrue(
                    Set.of("info", "warning", "critical")
                            .contains(alert.at("/labels/severity").asText()),
                    name);
        }
    }

    @Test
    void theRunbooksRequestsAreInTheContract() throws IOException {
        JsonNode paths =
                Manifests.parse(Files.readString(Path.of("openapi.yaml"))).getFirst().path("paths");
        Matcher request =
                Pattern.compile("curl -s (?:-X (\\w+) )?.*localhost:8080(\\S+)")
                        .matcher(Files.readString(RUNBOOKS));
        int found = 0;
        while (request.find()) {
            found++;
            String path = request.group(2).replace("/pools/default", "/pools/{pool}");
            String method =
                    request.group(1) == null ? "get" : request.group(1).toLowerCase(Locale.ROOT);
            assertTrue(paths.path(path).has(method), method + " " + path);
        }
        assertTrue(found > 5);
    }

    private static Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        Monitoring.alerts().forEach(alert -> names.add(alert.path("alert").asText()));
        return names;
    }

    @Test
    void oneServiceIsScrapedWhereTheMetricsAre() throws IOException {
        JsonNode monitor = Manifests.one("monitoring/service-monitor.yaml").path("spec");
        JsonNode wanted = monitor.at("/selector/matchLabels");
        int found = 0;
        for (String file : List.of("base/service.yaml", "base/service-headless.yaml")) {
            JsonNode service = Manifests.one(file);
            JsonNode labels = service.at("/metadata/labels");
            if (wanted.properties().stream()
                    .allMatch(entry -> entry.getValue().equals(labels.path(entry.getKey())))) {
                found++;
                String port = monitor.at("/endpoints/0/port").asText();
                assertTrue(service.at("/spec/ports").findValuesAsText("name").contains(port));
                assertEquals("zspool", labels.path(monitor.path("jobLabel").asText()).asText());
            }
        }
        assertEquals(1, found);
        assertEquals("/q/metrics", monitor.at("/endpoints/0/path").asText());
    }

    @Test
    void panelsDoNotOverlap() throws IOException {
        Set<String> cells = new HashSet<>();
        Set<Integer> ids = new HashSet<>();
        for (JsonNode panel : Monitoring.dashboard().path("panels")) {
            assertTrue(ids.add(panel.path("id").asInt()));
            JsonNode place = panel.path("gridPos");
            assertTrue(place.path("x").asInt() + place.path("w").asInt() <= 24);
            for (int x = 0; x < place.path("w").asInt(); x++) {
                for (int y = 0; y < place.path("h").asInt(); y++) {
                    assertTrue(
                            cells.add(
                                    (place.path("x").asInt() + x)
                                            + ","
                                            + (place.path("y").asInt() + y)),
                            panel.path("title").asText());
                }
            }
        }
        Set<String> kinds = new HashSet<>();
        Monitoring.panels().forEach(panel -> kinds.add(panel.path("type").asText()));
        assertTrue(kinds.contains("heatmap"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "up{job=\"a\"} == 0                                     | [up]",
                "absent(up)                                             | [up]",
                "sum by (a, b) (rate(c_total{d=~\"e\", f!=\"g{h}\"}[5m])) | [c_total]",
                "sum(rate(c_total[1h])) by (le) > 0.5e3                 | [c_total]",
                "a / on (b, c) group_left (d) e unless ignoring (f) g    | [a, e, g]",
                "histogram_quantile(0.9, x_bucket) and y:z or inf        | [x_bucket, y:z]",
                "max_over_time(a[5m:1m] offset 5m) * 4096                | [a]",
                "count without (le) (a)                                  | [a]",
            })
    void namesAreFoundInExpressions(String expression, String names) {
        assertEquals(names, Promql.metrics(expression).toString());
    }
}
