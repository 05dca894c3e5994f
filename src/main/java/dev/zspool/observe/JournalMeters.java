package dev.zspool.observe;

import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalState;
import dev.zspool.persist.JournalStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.function.ToLongFunction;

/// The counters of the journal as meters `zspool.journal.*`.
@Singleton
final class JournalMeters implements MeterBinder {

    private static final String PREFIX = "zspool.journal.";

    private final Instance<Journal> journals;

    JournalMeters(Instance<Journal> journals) {
        this.journals = journals;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        if (journals.isResolvable()) {
            bind(journals.get(), registry);
        }
    }

    static void bind(Journal journal, MeterRegistry registry) {
        for (JournalState state : JournalState.values()) {
            Gauge.builder(PREFIX + "state", journal, source -> source.state() == state ? 1 : 0)
                    .description("1 for the state that the journal is in, 0 for the others")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        bytes(
                        journal,
                        "native",
                        JournalStats::nativeBytes,
                        "Memory that the journal takes outside the heap")
                .register(registry);
        bytes(
                        journal,
                        "native.budget",
                        JournalStats::nativeBudgetBytes,
                        "Memory outside the heap that the journal is set up to take")
                .register(registry);
        bytes(journal, "disk", JournalStats::diskBytes, "All files of the journal")
                .register(registry);
        bindCounters(journal, registry);
    }

    private static void bindCounters(Journal journal, MeterRegistry registry) {
        counter(
                        journal,
                        "groups",
                        JournalStats::groups,
                        "Groups of writes that the journal wrote at once")
                .register(registry);
        counter(journal, "writes", JournalStats::writes, "Blobs that the journal stored or removed")
                .register(registry);
        counter(journal, "syncs", JournalStats::syncs, "How often the journal waited for the disk")
                .register(registry);
        counter(
                        journal,
                        "submitted",
                        JournalStats::submittedBytes,
                        "Bytes handed in to be stored in the journal")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
        counter(
                        journal,
                        "written",
                        JournalStats::writtenBytes,
                        "Bytes written to files of the journal, rewriting included")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
        counter(journal, "read", JournalStats::readBytes, "Bytes of pieces read from the journal")
                .baseUnit(BaseUnits.BYTES)
                .register(registry);
        counter(
                        journal,
                        "failed.writes",
                        JournalStats::failedWrites,
                        "Writes that the journal could not do")
                .register(registry);
        counter(
                        journal,
                        "corrupted.reads",
                        JournalStats::corruptedReads,
                        "Reads of the journal that found damaged bytes")
                .register(registry);
        counter(
                        journal,
                        "reopenings",
                        JournalStats::reopenings,
                        "How often the journal was opened anew after a failure")
                .register(registry);
    }

    private static Gauge.Builder<Journal> bytes(
            Journal journal, String name, ToLongFunction<JournalStats> value, String description) {
        return Gauge.builder(PREFIX + name, journal, source -> value.applyAsLong(source.stats()))
                .description(description)
                .baseUnit(BaseUnits.BYTES);
    }

    private static FunctionCounter.Builder<Journal> counter(
            Journal journal, String name, ToLongFunction<JournalStats> value, String description) {
        return FunctionCounter.builder(
                        PREFIX + name, journal, source -> value.applyAsLong(source.stats()))
                .description(description);
    }
}
