package dev.zspool.bench.rss;

import com.google.errorprone.annotations.FormatMethod;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/// The resident sizes of stores over time, phase by phase, as an SVG that follows the reader's
/// light or dark mode.
final class RssPicture {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 520;
    private static final int LEFT = 64;
    private static final int RIGHT = WIDTH - 24;
    private static final int TOP = 92;
    private static final int BOTTOM = HEIGHT - 56;
    private static final int MIB_PER_LINE = 100;
    private static final int SECONDS_PER_MARK = 10;
    private static final double MIB = 1 << 20;
    private static final String STYLE =
            """
            text { font-family: system-ui, sans-serif; font-size: 14px; fill: #24292f }
            .title { font-size: 18px; font-weight: 600 }
            .small { font-size: 12px; fill: #57606a }
            .page { fill: #ffffff }
            .band { fill: #f0f3f6 }
            .grid { stroke: #d0d7de; stroke-width: 1 }
            .axis { stroke: #57606a; stroke-width: 1 }
            .line { fill: none; stroke-width: 2; stroke-linejoin: round }
            .live { stroke: #6e7781; stroke-dasharray: 2 4 }
            .store0 { stroke: #0060b0; stroke-width: 3 }
            .store1 { stroke: #c24400; stroke-dasharray: 9 4 }
            .store2 { stroke: #00795c; stroke-dasharray: 14 4 3 4 }
            @media (prefers-color-scheme: dark) {
              text { fill: #e6edf3 }
              .small { fill: #9da7b3 }
              .page { fill: #0d1117 }
              .band { fill: #1a212a }
              .grid { stroke: #30363d }
              .axis { stroke: #9da7b3 }
              .live { stroke: #9da7b3 }
              .store0 { stroke: #58a6ff }
              .store1 { stroke: #ffa15c }
              .store2 { stroke: #3fd0a0 }
            }
            """;

    private final Map<String, List<RssSample>> stores = new LinkedHashMap<>();
    private final Map<Phase, Band> bands = new EnumMap<>(Phase.class);
    private final StringBuilder out = new StringBuilder();
    private final double seconds;
    private final int mebibytes;

    /// The seconds of a phase.
    private record Band(Phase phase, double from, double to, boolean isShaded) {}

    RssPicture(List<RssSample> samples) {
        for (RssSample sample : samples) {
            stores.computeIfAbsent(
                    sample.store(),
                    name -> samples.stream().filter(each -> each.store().equals(name)).toList());
        }
        double start = 0;
        for (Phase phase : Phase.values()) {
            // The slowest store decides.
            double end =
                    start
                            + samples.stream()
                                    .filter(sample -> sample.phase() == phase)
                                    .mapToDouble(RssSample::seconds)
                                    .max()
                                    .orElse(0);
            bands.put(phase, new Band(phase, start, end, bands.size() % 2 == 0));
            start = end;
        }
        this.seconds = start;
        double most =
                samples.stream()
                        .mapToDouble(sample -> Math.max(sample.residentBytes(), sample.liveBytes()))
                        .max()
                        .orElse(0);
        this.mebibytes = ((int) (most / MIB) / MIB_PER_LINE + 1) * MIB_PER_LINE;
    }

    /// Draws it.
    String draw() {
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                        + " aria-label=\"Resident memory over time: %s\">",
                WIDTH, HEIGHT, String.join(", ", stores.keySet()));
        line("<style>%n%s</style>", STYLE);
        line("<rect class=\"page\" width=\"%d\" height=\"%d\"/>", WIDTH, HEIGHT);
        text("title", LEFT, 28, "start", "Resident memory through one life of the same records");
        bands();
        axes();
        stores.values().stream()
                .findFirst()
                .ifPresent(samples -> curve("live", samples, RssSample::liveBytes));
        int number = 0;
        for (List<RssSample> samples : stores.values()) {
            curve("store" + number++, samples, RssSample::residentBytes);
        }
        legend();
        line("</svg>");
        return out.toString();
    }

    private void bands() {
        for (Band band : bands.values()) {
            double from = x(band.from());
            double to = x(band.to());
            if (band.isShaded()) {
                line(
                        "<rect class=\"band\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                        from, TOP - 22, to - from, BOTTOM - TOP + 22);
            }
            text("small", (from + to) / 2, TOP - 7, "middle", band.phase().label());
        }
    }

    private void axes() {
        for (int mark = 0; mark <= mebibytes; mark += MIB_PER_LINE) {
            double y = y(mark * MIB);
            line(
                    "<line class=\"%s\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>",
                    mark == 0 ? "axis" : "grid", LEFT, y, RIGHT, y);
            text("small", LEFT - 8, y + 4, "end", String.valueOf(mark));
        }
        for (int mark = 0; mark <= seconds; mark += SECONDS_PER_MARK) {
            double x = x(mark);
            line(
                    "<line class=\"axis\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
                    x, BOTTOM, x, BOTTOM + 5);
            text("small", x, BOTTOM + 19, "middle", String.valueOf(mark));
        }
        text("small", (LEFT + RIGHT) / 2.0, BOTTOM + 40, "middle", "time, seconds");
        line(
                "<text class=\"small\" text-anchor=\"middle\" transform=\"translate(18 %d)"
                        + " rotate(-90)\">resident, MiB</text>",
                (TOP + BOTTOM) / 2);
    }

    private void curve(String kind, List<RssSample> samples, ToLongFunction<RssSample> figure) {
        StringBuilder points = new StringBuilder();
        for (RssSample sample : samples) {
            points.append(
                    String.format(
                            Locale.ROOT,
                            "%s%.1f,%.1f",
                            points.isEmpty() ? "" : " ",
                            x(start(sample.phase()) + sample.seconds()),
                            y((double) figure.applyAsLong(sample))));
        }
        line("<polyline class=\"line %s\" points=\"%s\"/>", kind, points);
    }

    private void legend() {
        int x = LEFT;
        int number = 0;
        for (String name : stores.keySet()) {
            x = legend(x, "store" + number++, name);
        }
        legend(x, "live", "content that is live");
    }

    /// Returns where the next one may begin.
    private int legend(int x, String kind, String name) {
        line("<line class=\"line %s\" x1=\"%d\" y1=\"47\" x2=\"%d\" y2=\"47\"/>", kind, x, x + 40);
        text("legend", x + 48, 52, "start", name);
        return x + 80 + name.length() * 8;
    }

    private double start(Phase phase) {
        Band band = bands.get(phase);
        return band == null ? 0 : band.from();
    }

    private double x(double second) {
        return LEFT + second / seconds * (RIGHT - LEFT);
    }

    private double y(double bytes) {
        return BOTTOM - bytes / MIB / mebibytes * (BOTTOM - TOP);
    }

    private void text(String kind, double x, double y, String anchor, String text) {
        line(
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                kind, x, y, anchor, text);
    }

    @FormatMethod
    private void line(String format, Object... arguments) {
        out.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
