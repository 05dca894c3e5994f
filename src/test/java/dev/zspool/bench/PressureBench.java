package dev.zspool.bench;

import dev.zspool.bench.rss.RssRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// The resident size through fill, delete, compact, shrink and refill, beside other stores.
final class PressureBench {
    private static final int SMALLEST_BYTES = 200;
    private static final int LARGEST_BYTES = 4_000;

    private PressureBench() {}

    /// @param arguments a folder with files, how many MiB of them, and where the figures and the
    ///   picture go; or `draw` and the figures
    static void run(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length > 1 && arguments[0].equals("draw")) {
            RssRun.draw(Path.of(arguments[1]));
            return;
        }
        Path folder = Path.of(arguments.length > 0 ? arguments[0] : "/usr/share");
        long mebibytes = arguments.length > 1 ? Long.parseLong(arguments[1]) : 384;
        Path output = Path.of(arguments.length > 2 ? arguments[2] : "target/pressure");
        List<byte[]> records =
                FileRecords.cut(folder, mebibytes << 20, SMALLEST_BYTES, LARGEST_BYTES);
        long bytes = records.stream().mapToLong(content -> content.length).sum();
        System.out.printf(Locale.ROOT, "%,d records, %,d bytes%n", records.size(), bytes);
        RssRun.measure(records, output);
    }
}
