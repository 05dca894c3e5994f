package dev.zspool.boot;

import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.WriteRequest;
import dev.zspool.config.ZspoolConfig;
import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.zsmalloc.PoolGeometry;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.MemorySize;
import java.net.URI;
import java.time.Duration;
import java.util.OptionalInt;

/// Says in one line which key has a value that cannot be, and what it may be, before anything is
/// made of it.
final class ConfigCheck {
    static final int MAX_WORKERS = 256;
    static final int MAX_POOLS = 10_000;
    static final long MIN_JOURNAL_BYTES = 8L << 20;
    static final long MAX_JOURNAL_BYTES = 64L << 30;
    static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    static final long MAX_ARENA_BYTES =
            (ArenaOptions.MAX_FRAMES << Frames.FRAME_SHIFT) & -Frames.PAGEBLOCK_BYTES;

    private ConfigCheck() {}

    /// Looks every key over.
    ///
    /// @throws ConfigurationException for the first one that is wrong
    static void check(ZspoolConfig config) {
        ZspoolConfig.Arena arena = config.arena();
        arena.size()
                .ifPresent(size ->
                        size("zspool.arena.size", size, Frames.PAGEBLOCK_BYTES, MAX_ARENA_BYTES));
        size("zspool.arena.warm", arena.warm(), 0, MAX_ARENA_BYTES);
        long intervalMillis = arena.giveBackInterval().toMillis();
        require(
                intervalMillis >= 1,
                "zspool.arena.give-back-interval",
                arena.giveBackInterval(),
                "at least 1ms");
        checkPool(config.pool());
        size(
                "zspool.body.budget",
                config.body().budget(),
                BlobHost.MIN_BODY_BUDGET_BYTES,
                Runtime.getRuntime().maxMemory());
        checkJournal(config);
        OptionalInt workers = config.body().workers();
        require(
                workers.isEmpty() || (workers.getAsInt() >= 1 && workers.getAsInt() <= MAX_WORKERS),
                "zspool.body.workers",
                workers.orElse(1),
                "1 to " + MAX_WORKERS);
        long lookMillis = config.pressure().interval().toMillis();
        require(
                lookMillis >= 10 && lookMillis <= 200,
                "zspool.pressure.interval",
                config.pressure().interval(),
                "10ms to 200ms: a neighbour may take 20 MiB in a second");
        percent("zspool.upkeep.threshold", config.upkeep().threshold());
        percent("zspool.upkeep.duty", config.upkeep().duty());
        require(
                !config.upkeep().interval().isNegative(),
                "zspool.upkeep.interval",
                config.upkeep().interval(),
                "0 or more");
        pause("zspool.shutdown.delay", config.shutdown().delay());
        pause("zspool.shutdown.timeout", config.shutdown().timeout());
        checkTracing(config.tracing());
    }

    private static void checkTracing(ZspoolConfig.Tracing tracing) {
        tracing.endpoint()
                .ifPresent(endpoint ->
                        require(
                                isWeb(endpoint),
                                "zspool.tracing.endpoint",
                                endpoint,
                                "an address such as http://collector:4318"));
        require(
                tracing.sample() >= 0 && tracing.sample() <= 1,
                "zspool.tracing.sample",
                tracing.sample(),
                "0 to 1");
    }

    private static boolean isWeb(URI address) {
        return address.getHost() != null
                && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()));
    }

    private static void checkPool(ZspoolConfig.Pool pool) {
        int chainSize = pool.chainSize();
        require(
                chainSize >= PoolGeometry.MIN_CHAIN_SIZE
                        && chainSize <= PoolGeometry.MAX_CHAIN_SIZE,
                "zspool.pool.chain-size",
                chainSize,
                "4 to 16");
        pool.limit()
                .ifPresent(limit ->
                        size("zspool.pool.limit", limit, Frames.FRAME_BYTES, Long.MAX_VALUE));
        size("zspool.pool.max-blob-size", pool.maxBlobSize(), 0, BlobPoolOptions.MAX_BLOB_BYTES);
        long ttlMillis = pool.defaultTtl().toMillis();
        require(
                ttlMillis >= 0 && ttlMillis <= WriteRequest.MAX_TTL_MILLIS,
                "zspool.pool.default-ttl",
                pool.defaultTtl(),
                "0 (for ever) to 3650D");
        require(
                pool.maxPools() >= 1 && pool.maxPools() <= MAX_POOLS,
                "zspool.pool.max-pools",
                pool.maxPools(),
                "1 to " + MAX_POOLS);
    }

    private static void checkJournal(ZspoolConfig config) {
        size(
                "zspool.journal.memory",
                config.journal().memory(),
                MIN_JOURNAL_BYTES,
                MAX_JOURNAL_BYTES);
        size("zspool.journal.ballast", config.journal().ballast(), 0, MAX_JOURNAL_BYTES);
        require(
                !config.data().directory().isBlank(),
                "zspool.data.directory",
                config.data().directory(),
                "the name of a folder");
    }

    private static void pause(String key, Duration value) {
        require(!value.isNegative() && value.compareTo(LONGEST_PAUSE) <= 0, key, value, "0s to 1H");
    }

    private static void percent(String key, int value) {
        require(value >= 1 && value <= 100, key, value, "1 to 100");
    }

    private static void size(String key, MemorySize value, long least, long most) {
        long bytes = value.asLongValue();
        String bounds =
                most == Long.MAX_VALUE
                        ? "at least " + least + " bytes"
                        : least + " to " + most + " bytes";
        require(bytes >= least && bytes <= most, key, bytes, bounds);
    }

    static void require(boolean holds, String key, Object value, String bounds) {
        if (!holds) {
            throw new ConfigurationException(
                    key + "=" + value + " cannot be: it must be " + bounds);
        }
    }
}
