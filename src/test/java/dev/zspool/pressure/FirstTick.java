package dev.zspool.pressure;

import java.util.stream.Stream;

/// A row of the table of first ticks, in MiB.
record FirstTick(
        long headroom,
        long owned,
        long warm,
        long evictable,
        PressureLevel level,
        PressureReason reason,
        ShrinkStep deepestStep,
        long release,
        long budget) {

    /// The same row with what was decided.
    FirstTick decided(PressureDecision out) {
        return new FirstTick(
                headroom,
                owned,
                warm,
                evictable,
                out.level,
                out.reason,
                out.deepestStep,
                out.releaseBytes >> 20,
                out.frameBudgetBytes >> 20);
    }

    /// The rows of a table; a line with `#` is a remark.
    static Stream<FirstTick> table(String text) {
        return text.lines().filter(line -> !line.startsWith("#")).map(FirstTick::row);
    }

    private static FirstTick row(String line) {
        String[] cells = line.strip().split("[ |]+", -1);
        return new FirstTick(
                Long.parseLong(cells[0]),
                Long.parseLong(cells[1]),
                Long.parseLong(cells[2]),
                Long.parseLong(cells[3]),
                PressureLevel.valueOf(cells[4]),
                PressureReason.valueOf(cells[5]),
                ShrinkStep.valueOf(cells[6]),
                Long.parseLong(cells[7]),
                Long.parseLong(cells[8]));
    }
}
