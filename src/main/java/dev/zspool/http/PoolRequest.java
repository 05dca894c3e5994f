package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.Durability;
import dev.zspool.blob.FullPolicy;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a pool shall be. What is absent is as the configuration says.
///
/// @param limitBytes the most memory that its pages may take
/// @param chainSize the most pages of a zspage; cannot change while the pool lives
/// @param maxBlobBytes the largest blob
/// @param defaultTtlSeconds how long a blob lives that does not say so, 0 for ever
/// @param durability when a write survives the end of the process
/// @param full what happens to a blob that the limit does not allow, in a pool that is in memory
///   only
public record PoolRequest(
        @Min(FRAME_BYTES) @Nullable Long limitBytes,
        @Min(4) @Max(16) @Nullable Integer chainSize,
        @Min(0) @Max(BlobPoolOptions.MAX_BLOB_BYTES) @Nullable Long maxBlobBytes,
        @Min(0) @Max(MAX_TTL_SECONDS) @Nullable Long defaultTtlSeconds,
        @Nullable DurabilityName durability,
        @Nullable FullName full) {

    private static final long FRAME_BYTES = 4096;
    private static final long MAX_TTL_SECONDS = 3650L * 24 * 60 * 60;
    private static final long MILLIS_PER_SECOND = 1000;

    static final PoolRequest DEFAULTS = new PoolRequest(null, null, null, null, null, null);

    /// {@link Durability} as it is written in the API.
    public enum DurabilityName {
        @JsonProperty("none")
        NONE,
        @JsonProperty("async")
        ASYNC,
        @JsonProperty("sync")
        SYNC;

        static DurabilityName of(Durability durability) {
            return switch (durability) {
                case NONE -> NONE;
                case ASYNC -> ASYNC;
                case SYNC -> SYNC;
            };
        }

        private Durability value() {
            return switch (this) {
                case NONE -> Durability.NONE;
                case ASYNC -> Durability.ASYNC;
                case SYNC -> Durability.SYNC;
            };
        }
    }

    /// {@link FullPolicy} as it is written in the API.
    public enum FullName {
        @JsonProperty("reject")
        REJECT,
        @JsonProperty("evict")
        EVICT;

        static FullName of(FullPolicy policy) {
            return switch (policy) {
                case REJECT -> REJECT;
                case EVICT -> EVICT;
            };
        }

        private FullPolicy value() {
            return switch (this) {
                case REJECT -> FullPolicy.REJECT;
                case EVICT -> FullPolicy.EVICT;
            };
        }
    }

    /// The whole of it.
    ///
    /// @param defaults for what is absent
    /// @param present the pool as it is now: its chain size stays where none is asked for
    BlobPoolOptions options(
            String name, BlobPoolOptions defaults, Optional<BlobPoolOptions> present) {
        BlobPoolOptions asItIs = present.orElse(defaults);
        return new BlobPoolOptions(
                name,
                Objects.requireNonNullElse(chainSize, asItIs.chainSize()),
                Objects.requireNonNullElse(limitBytes, defaults.limitBytes()),
                Objects.requireNonNullElse(maxBlobBytes, defaults.maxBlobBytes()),
                defaultTtlSeconds == null
                        ? defaults.defaultTtlMillis()
                        : defaultTtlSeconds * MILLIS_PER_SECOND,
                durability == null ? defaults.durability() : durability.value(),
                full == null ? defaults.full() : full.value());
    }
}
