package dev.zspool.http;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the balloon shall be.
///
/// @param bytes what blobs may take less; 0 to let it go
/// @param leaseSeconds after how long it goes by itself; absent for never
public record BalloonRequest(
        @NotNull(message = "must be there") @Min(0) Long bytes,
        @Min(1) @Max(MAX_LEASE_SECONDS) @Nullable Long leaseSeconds) {

    private static final long MAX_LEASE_SECONDS = 3650L * 24 * 60 * 60;

    Optional<Duration> lease() {
        return Optional.ofNullable(leaseSeconds).map(Duration::ofSeconds);
    }
}
