package dev.zspool.bench.rss;

import java.util.Locale;

/// One look at a store.
///
/// @param seconds since the phase began
/// @param liveBytes what was stored and not deleted by then
record RssSample(String store, Phase phase, double seconds, long liveBytes, long residentBytes) {
    static final String HEADER = "store,phase,seconds_in_phase,live_bytes,resident_bytes";

    String line() {
        return String.format(
                Locale.ROOT, "%s,%s,%.2f,%d,%d", store, phase, seconds, liveBytes, residentBytes);
    }

    static RssSample of(String line) {
        String[] fields = line.split(",", -1);
        return new RssSample(
                fields[0],
                Phase.valueOf(fields[1]),
                Double.parseDouble(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]));
    }
}
