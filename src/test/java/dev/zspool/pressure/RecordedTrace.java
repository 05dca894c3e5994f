package dev.zspool.pressure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// A recording of real memory: a control group of version 1 under 384 MiB, with 150 MiB that stay
/// and a neighbour, each 100 ms. It takes 100 MiB at 20 MiB/s and gives them back at once, takes
/// them at once and gives them back at 20 MiB/s, fills the group up to its limit while it writes
/// and reads files, and then comes and goes.
final class RecordedTrace {
    private static final long STAYING_BYTES = 159_629_312;

    private RecordedTrace() {}

    static PressureTrace neighbour() {
        List<long[]> rows = rows("/pressure/neighbour.csv");
        long start = rows.getFirst()[0];
        return new PressureTrace(
                "recorded neighbour",
                _ -> PressureTrace.LIMIT,
                millis -> neighbourBytes(rows, start + millis),
                millis -> stallPermille(rows, start + millis),
                rows.getLast()[0] - start);
    }

    private static long neighbourBytes(List<long[]> rows, long millis) {
        int at = rowAt(rows, millis);
        if (at == rows.size()) {
            return 0;
        }
        long[] row = rows.get(at);
        return Math.max(0, row[1] - row[2] - STAYING_BYTES);
    }

    private static long stallPermille(List<long[]> rows, long millis) {
        int at = rowAt(rows, millis);
        if (at == 0 || at == rows.size()) {
            return 0;
        }
        long[] before = rows.get(at - 1);
        long[] row = rows.get(at);
        return Math.min(1000, (row[4] - before[4]) / (row[0] - before[0]));
    }

    /// The first row not before that time.
    private static int rowAt(List<long[]> rows, long millis) {
        int at = Math.toIntExact(Math.min(rows.size(), (millis - rows.getFirst()[0]) / 100));
        while (at > 0 && rows.get(at - 1)[0] >= millis) {
            at--;
        }
        while (at < rows.size() && rows.get(at)[0] < millis) {
            at++;
        }
        return at;
    }

    private static List<long[]> rows(String resource) {
        try (InputStream in = RecordedTrace.class.getResourceAsStream(resource)) {
            String text =
                    new String(
                            Objects.requireNonNull(in, resource).readAllBytes(),
                            StandardCharsets.US_ASCII);
            return text.lines()
                    .skip(1)
                    .map(line -> Arrays.stream(line.split(",", -1)).mapToLong(Long::parseLong))
                    .map(numbers -> numbers.toArray())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
