package dev.zspool.observe;

import dev.zspool.blob.BlobHost;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolStats;
import dev.zspool.blob.BlobStore;
import dev.zspool.blob.WarmUpProgress;
import dev.zspool.page.MoveOutcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// The counters of the pools as meters `zspool.pool.*`, tagged with the pool's name.
@Singleton
final class PoolMeters implements MeterBinder {

    private static final String PREFIX = "zspool.pool.";
    private static final String TAG = "pool";
    private static final String PAGES = "pages";

    private final BlobStore store;

    PoolMeters(BlobStore store) {
        this.store = store;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("zspool.bodies", store.host(), BlobHost::bodyBytes)
                .description("Heap that bodies of requests under way claim")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
        store.listen(
                new BlobStore.Listener() {
                    @Override
                    public void added(BlobPool pool) {
                        bind(pool, registry);
                    }

                    @Override
                    public void removed(BlobPool pool) {
                        unbind(pool, registry);
                    }
                });
    }

    /// A pool's meters go with it: they would keep it from being collected.
    private static void unbind(BlobPool pool, MeterRegistry registry) {
        registry.getMeters().stream()
                .filter(meter ->
                        meter.getId().getName().startsWith(PREFIX)
                                && pool.name().equals(meter.getId().getTag(TAG)))
                .toList()
                .forEach(registry::remove);
    }

    private static void bind(BlobPool pool, MeterRegistry registry) {
        gauge(pool, "blobs", BlobPoolStats::blobs, "Blobs that can be read, in memory or not")
                .register(registry);
        gauge(pool, "objects", BlobPoolStats::objects, "Objects in the zspages of the pool")
                .register(registry);
        gauge(pool, "filled.blobs", BlobPoolStats::filledBlobs, "Blobs that are one word repeated")
                .register(registry);
        gauge(pool, "raw.blobs", BlobPoolStats::rawBlobs, "Blobs that did not compress")
                .register(registry);

        bytes(
                        pool,
                        "logical",
                        BlobPoolStats::logicalBytes,
                        "Content of all blobs as clients see it, in memory or not")
                .register(registry);
        bytes(
                        pool,
                        "stored",
                        BlobPoolStats::storedBytes,
                        "Content in memory as it is kept there, compressed")
                .register(registry);
        bytes(pool, "used", BlobPoolStats::poolBytes, "Memory that the zspages of the pool take")
                .register(registry);
        bytes(
                        pool,
                        "peak",
                        BlobPoolStats::peakPoolBytes,
                        "The most memory that the zspages took at one time")
                .register(registry);
        bytes(pool, "limit", BlobPoolStats::limitBytes, "The most memory that the zspages may take")
                .register(registry);

        pages(pool, "reclaimable", BlobPoolStats::reclaimablePages, "Pages to gain by compaction")
                .register(registry);
        pages(pool, "index", BlobPoolStats::indexPages, "Pages that the index of the pool takes")
                .register(registry);
        pages(
                        pool,
                        "handle.table",
                        BlobPoolStats::handlePages,
                        "Pages that the handle table of the pool takes")
                .register(registry);

        bindEnds(pool, registry);
        bindDurable(pool, registry);
        bindMoves(pool, registry);
    }

    private static void bindEnds(BlobPool pool, MeterRegistry registry) {
        gauge(pool, "expiring.blobs", BlobPoolStats::expiringBlobs, "Blobs whose life has an end")
                .register(registry);
        pages(pool, "expiry", BlobPoolStats::expiryPages, "Pages that the queue of ends takes")
                .register(registry);
        counter(pool, "evicted.blobs", BlobPoolStats::evictedBlobs)
                .description("Blobs deleted to make room for others")
                .register(registry);
        counter(pool, "expired.blobs", BlobPoolStats::expiredBlobs)
                .description("Blobs freed because their life was over")
                .register(registry);
        counter(pool, "compaction.freed", BlobPoolStats::freedByCompactionPages)
                .description("Pages that compaction has freed")
                .baseUnit(PAGES)
                .register(registry);
        counter(pool, "stored.raw.blobs", BlobPoolStats::rawBlobsSinceStart)
                .description("Blobs stored that did not compress")
                .register(registry);
        counter(pool, "corrupted.reads", BlobPoolStats::corruptedReads)
                .description("Reads of the pool that found damaged bytes")
                .register(registry);
    }

    private static void bindDurable(BlobPool pool, MeterRegistry registry) {
        gauge(pool, "absent.blobs", BlobPoolStats::absentBlobs, "Blobs in the journal only")
                .register(registry);
        counter(pool, "journal.reads", BlobPoolStats::journalReads)
                .description("Blobs read from the journal")
                .register(registry);
        counter(pool, "left.blobs", BlobPoolStats::evictedToJournal)
                .description("Blobs that left memory and stayed in the journal")
                .register(registry);
        warmUp(pool, "total", WarmUpProgress::totalBlobs, "Blobs in the journal at the start")
                .register(registry);
        warmUp(
                        pool,
                        "looked.at",
                        WarmUpProgress::lookedAtBlobs,
                        "Of the blobs in the journal at the start, those looked at so far")
                .register(registry);
        warmUp(
                        pool,
                        "admitted",
                        WarmUpProgress::admittedBlobs,
                        "Of the blobs in the journal at the start, those taken into memory")
                .register(registry);
        Gauge.builder(
                        PREFIX + "warm.up.done",
                        pool,
                        source -> source.keeper().warmUpProgress().isDone() ? 1 : 0)
                .description("Whether nothing more comes back into memory by itself: 1 or 0")
                .tag(TAG, pool.name())
                .register(registry);
    }

    private static Gauge.Builder<BlobPool> warmUp(
            BlobPool pool, String name, ToLongFunction<WarmUpProgress> value, String description) {
        return Gauge.builder(
                        PREFIX + "warm.up." + name,
                        pool,
                        source -> value.applyAsLong(source.keeper().warmUpProgress()))
                .description(description)
                .baseUnit("blobs")
                .tag(TAG, pool.name());
    }

    private static void bindMoves(BlobPool pool, MeterRegistry registry) {
        Gauge.builder(PREFIX + "isolated", pool, source -> source.pages().isolatedPages())
                .description("Pages of the pool that are isolated")
                .baseUnit(PAGES)
                .tag(TAG, pool.name())
                .register(registry);
        for (MoveOutcome outcome : MoveOutcome.values()) {
            FunctionCounter.builder(
                            PREFIX + "page.moves", pool, source -> source.pages().count(outcome))
                    .description(
                            "Attempts to isolate, migrate or put back a page, by their outcome")
                    .tag(TAG, pool.name())
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private static Gauge.Builder<BlobPool> gauge(
            BlobPool pool, String name, ToLongFunction<BlobPoolStats> value, String description) {
        return Gauge.builder(PREFIX + name, pool, now(value))
                .description(description)
                .tag(TAG, pool.name());
    }

    private static Gauge.Builder<BlobPool> bytes(
            BlobPool pool, String name, ToLongFunction<BlobPoolStats> value, String description) {
        return gauge(pool, name, value, description).baseUnit(BaseUnits.BYTES);
    }

    private static Gauge.Builder<BlobPool> pages(
            BlobPool pool, String name, ToLongFunction<BlobPoolStats> value, String description) {
        return gauge(pool, name, value, description).baseUnit(PAGES);
    }

    private static FunctionCounter.Builder<BlobPool> counter(
            BlobPool pool, String name, ToLongFunction<BlobPoolStats> value) {
        return FunctionCounter.builder(PREFIX + name, pool, now(value)).tag(TAG, pool.name());
    }

    private static ToDoubleFunction<BlobPool> now(ToLongFunction<BlobPoolStats> value) {
        return pool -> value.applyAsLong(pool.stats());
    }
}
