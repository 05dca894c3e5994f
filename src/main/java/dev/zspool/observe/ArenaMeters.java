package dev.zspool.observe;

import dev.zspool.page.ArenaStats;
import dev.zspool.page.PageArena;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.util.function.ToLongFunction;

/// The counters of the arena as meters `zspool.arena.*`.
@Singleton
final class ArenaMeters implements MeterBinder {

    private static final String PREFIX = "zspool.arena.";
    private static final String PAGES = "pages";
    private static final String PAGEBLOCKS = "pageblocks";

    private final PageArena arena;

    ArenaMeters(PageArena arena) {
        this.arena = arena;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(
                registry,
                "owned",
                PAGES,
                ArenaStats::ownedFrames,
                "Frames of 4 KiB that pools and indexes have");
        gauge(
                registry,
                "warm",
                PAGES,
                ArenaStats::warmFrames,
                "Free frames that still have memory of the system");
        gauge(registry, "tables", PAGES, ArenaStats::tablePages, "Pages that tables take");
        gauge(
                registry,
                "limit",
                PAGES,
                ArenaStats::limitPages,
                "The most frames and pages of tables together");
        gauge(
                registry,
                "backed",
                PAGEBLOCKS,
                ArenaStats::backedPageblocks,
                "Blocks of 2 MiB of which something is in memory");
        gauge(
                registry,
                "spare",
                PAGEBLOCKS,
                ArenaStats::sparePageblocks,
                "Blocks of 2 MiB that defragmentation would make free");
        counter(
                registry,
                "given.back",
                PAGES,
                ArenaStats::givenBackFrames,
                "Frames given back to the system");
        counter(registry, "refused", PAGES, ArenaStats::refusedFrames, "Frames asked for in vain");
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            String unit,
            ToLongFunction<ArenaStats> value,
            String description) {
        Gauge.builder(PREFIX + name, arena, source -> value.applyAsLong(source.stats()))
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }

    private void counter(
            MeterRegistry registry,
            String name,
            String unit,
            ToLongFunction<ArenaStats> value,
            String description) {
        FunctionCounter.builder(PREFIX + name, arena, source -> value.applyAsLong(source.stats()))
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }
}
