package dev.zspool.observe;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import dev.zspool.blob.ClassRow;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// The size classes of all pools together as meters `zspool.class.*`.
///
/// Classes of like sizes are added up: 255 of them, in twelve groups each and in each pool, would
/// be more time series than everything else. `GET /v1/pools/{pool}/classes` has each of them.
@Singleton
final class ClassMeters implements MeterBinder {

    /// The greatest slots of each row, in bytes.
    static final int[] SLOT_BYTES = {64, 128, 256, 512, 768, 1024, 1536, 2048, 3072, 4096};

    /// How full a zspage is at most, in percent, of the groups 1 to 11; 100 is full.
    static final List<String> FULLNESS =
            List.of("10", "20", "30", "40", "50", "60", "70", "80", "90", "99", "100");

    /// Asking takes the locks of all classes, one after the other.
    private static final long FRESH_MILLIS = 5000;

    private static final String PREFIX = "zspool.class.";
    private static final String SIZE_TAG = "slot_bytes";
    private static final String FULLNESS_TAG = "fullness";

    private final BlobStore store;

    /// Kept here: a meter does not keep what it asks.
    private final Supplier<Row[]> rows;

    ClassMeters(BlobStore store, InstantSource clock) {
        this.store = store;
        this.rows = new RecentView<>(this::rows, clock, FRESH_MILLIS);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (int size = 0; size < SLOT_BYTES.length; size++) {
            gauge(rows, size, "pages", row -> row.pages, "Pages of zspages, by the size of slots")
                    .baseUnit("pages")
                    .register(registry);
            gauge(
                            rows,
                            size,
                            "reclaimable",
                            row -> row.reclaimablePages,
                            "Pages to gain by compaction, by the size of slots")
                    .baseUnit("pages")
                    .register(registry);
            for (int group = 0; group < FULLNESS.size(); group++) {
                int of = group;
                gauge(
                                rows,
                                size,
                                "zspages",
                                row -> row.zspages[of],
                                "Zspages, by the size of slots and by how many percent of them are"
                                        + " in use at most")
                        .tag(FULLNESS_TAG, FULLNESS.get(group))
                        .register(registry);
            }
        }
    }

    private static Gauge.Builder<Supplier<Row[]>> gauge(
            Supplier<Row[]> rows,
            int size,
            String name,
            ToLongFunction<Row> value,
            String description) {
        return Gauge.builder(PREFIX + name, rows, now -> value.applyAsLong(now.get()[size]))
                .description(description)
                .tag(SIZE_TAG, Integer.toString(SLOT_BYTES[size]));
    }

    private Row[] rows() {
        Row[] rows = new Row[SLOT_BYTES.length];
        Arrays.setAll(rows, any -> new Row());
        for (BlobPool pool : store.pools()) {
            for (ClassRow sizeClass : pool.classes()) {
                rows[rowOf(sizeClass.sizeBytes())].add(sizeClass);
            }
        }
        return rows;
    }

    /// Which of the rows slots of a size belong to.
    static int rowOf(int sizeBytes) {
        int found = Arrays.binarySearch(SLOT_BYTES, sizeBytes);
        return Math.min(found < 0 ? -found - 1 : found, SLOT_BYTES.length - 1);
    }

    /// What classes of like sizes have together.
    private static final class Row {
        private final long[] zspages = new long[FULLNESS.size()];
        private long pages;
        private long reclaimablePages;

        void add(ClassRow sizeClass) {
            for (int group = 0; group < zspages.length; group++) {
                zspages[group] += sizeClass.zspagesByGroup().get(group);
            }
            pages += sizeClass.usedPages();
            reclaimablePages += sizeClass.reclaimablePages();
        }
    }
}
