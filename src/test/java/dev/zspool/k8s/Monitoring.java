package dev.zspool.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The alerts and the panels.
final class Monitoring {

    static final String RULES = "monitoring/prometheus-rule.yaml";

    private static final String DASHBOARD = "monitoring/dashboards/zspool.json";

    private Monitoring() {}

    static List<JsonNode> alerts() throws IOException {
        return Manifests.one(RULES)
                .at("/spec/groups")
                .valueStream()
                .flatMap(group -> group.path("rules").valueStream())
                .toList();
    }

    static JsonNode dashboard() throws IOException {
        return Manifests.JSON.readTree(Manifests.ROOT.resolve(DASHBOARD).toFile());
    }

    static List<JsonNode> panels() throws IOException {
        return dashboard()
                .path("panels")
                .valueStream()
                .filter(panel -> !panel.path("type").asText().equals("row"))
                .toList();
    }

    /// Every expression by what it is for, as Prometheus would get it.
    static Map<String, String> expressions() throws IOException {
        Map<String, String> expressions = new LinkedHashMap<>();
        for (JsonNode alert : alerts()) {
            expressions.put(alert.path("alert").asText(), alert.path("expr").asText());
        }
        for (JsonNode panel : panels()) {
            for (JsonNode target : panel.path("targets")) {
                expressions.put(
                        panel.path("title").asText() + ' ' + target.path("refId").asText(),
                        target.path("expr")
                                .asText()
                                .replace("$__rate_interval", "5m")
                                .replaceAll("\\$(namespace|instance|pool)", ".*"));
            }
        }
        return expressions;
    }

    /// The queries that fill the dashboard's variables.
    static Stream<String> variables() throws IOException {
        return dashboard()
                .at("/templating/list")
                .valueStream()
                .map(variable -> variable.at("/query/query").asText())
                .filter(query -> !query.isEmpty());
    }

    /// The rules as Prometheus itself reads them.
    static String ruleFile() throws IOException {
        String text = Files.readString(Manifests.ROOT.resolve(RULES));
        return text.substring(text.indexOf("\nspec:\n") + "\nspec:\n".length())
                .replaceAll("(?m)^ {2}", "");
    }
}
