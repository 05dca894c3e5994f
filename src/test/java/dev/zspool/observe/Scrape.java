package dev.zspool.observe;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a scrape says of the metrics of zspool itself, by name.
record Scrape(Map<String, Metric> metrics, Set<String> series) {
    private static final Pattern SERIES =
            Pattern.compile("(?m)^(zspool_\\w+)(?:\\{(.*)\\})? (\\S+)$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    /// A metric.
    ///
    /// @param help empty when there is none
    /// @param labels their values
    record Metric(String type, String help, Map<String, Set<String>> labels) {}

    static Scrape of(String text) {
        Map<String, Metric> metrics = new TreeMap<>();
        Set<String> all = new TreeSet<>();
        Matcher series = SERIES.matcher(text);
        while (series.find()) {
            String name = series.group(1);
            String labels = String.valueOf(series.group(2));
            all.add(name + "{" + labels + "}");
            Metric metric =
                    metrics.computeIfAbsent(
                            name,
                            any ->
                                    new Metric(
                                            comment(text, "TYPE", name),
                                            comment(text, "HELP", name),
                                            new TreeMap<>()));
            Matcher label = LABEL.matcher(labels);
            while (label.find()) {
                metric.labels()
                        .computeIfAbsent(label.group(1), any -> new TreeSet<>())
                        .add(label.group(2));
            }
        }
        return new Scrape(metrics, all);
    }

    /// The values of a label.
    Set<String> values(String name, String label) {
        Metric metric = metrics.get(name);
        return metric == null ? Set.of() : metric.labels().getOrDefault(label, Set.of());
    }

    private static String comment(String text, String kind, String name) {
        Matcher line = Pattern.compile("(?m)^# " + kind + " " + name + " (.*)$").matcher(text);
        return line.find() ? line.group(1).strip() : "";
    }
}
