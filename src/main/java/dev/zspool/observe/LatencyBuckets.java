package dev.zspool.observe;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import jakarta.inject.Singleton;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Makes the times of storing and fetching blobs a histogram; all other requests stay a count and a
/// sum, since each bucket is one more time series for each method, path and status.
@Singleton
final class LatencyBuckets implements MeterFilter {

    private static final String REQUESTS = "http.server.requests";
    private static final String PATH = "uri";
    private static final String BLOBS = "/v1/pools/{pool}/blobs";

    private static final double[] BOUNDS_NANOS =
            LongStream.of(500, 1000, 2000, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000)
                    .mapToDouble(micros -> 1000.0 * micros)
                    .toArray();

    @Override
    public @Nullable DistributionStatisticConfig configure(
            Meter.Id id, DistributionStatisticConfig config) {
        String path = id.getTag(PATH);
        if (path == null || !id.getName().equals(REQUESTS) || !path.startsWith(BLOBS)) {
            return config;
        }
        return DistributionStatisticConfig.builder()
                .serviceLevelObjectives(BOUNDS_NANOS)
                .build()
                .merge(config);
    }
}
