package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.ArenaStats;
import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.testkit.Choices;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.HeapPages;
import dev.zspool.testkit.PoolAssert;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// A small pool beside a map of what must be in it, driven by choices from a seed or from a fuzzer.
/// After every operation the checker runs and one object is read.
final class PoolModel implements AutoCloseable {
    /// Lengths that meet often, so that zspages fill, empty and are compacted.
    private static final int[] USUAL_LENGTHS = {1, 24, 25, 100, 700, 1500, 2040, 3000, 3624, 3625};

    /// What a run of the model is expected to meet at some time.
    enum Event {
        LIMIT_REACHED,
        OUT_OF_MEMORY,
        COMPACTION_FREED_PAGES,
        FRAMES_GIVEN_BACK,
        HANDLE_PAGES_GIVEN_BACK,
        PAGE_MIGRATED,
        MIGRATION_FOUND_NOTHING,
        COMPACTED_AROUND_ISOLATED_PAGES
    }

    private final Engines engines = new Engines();
    private final Set<Event> events = EnumSet.noneOf(Event.class);
    private final PageArena arena;
    private final PoolFixture fixture;
    private final Consumer<String> log;
    private final long arenaLimitPages;
    private final long poolLimitPages;
    private final IsolationModel isolation;

    /// @param choices say how much the arena and the pool may have
    PoolModel(int chainSize, Choices choices, Consumer<String> log) {
        this.log = log;
        arenaLimitPages = choices.between(40, 300);
        poolLimitPages = choices.between(20, 300);
        arena =
                engines.arena(
                        new HeapPages(),
                        new ArenaOptions(Frames.PAGEBLOCK_BYTES, arenaLimitPages, 20));
        fixture = new PoolFixture(engines.pool(arena, new PoolOptions(chainSize, poolLimitPages)));
        isolation = new IsolationModel(fixture.pool, log);
    }

    /// Does one thing, and looks everything over.
    void step(Choices choices) {
        int what = choices.below(114);
        if (what < 45) {
            allocate(lengthFrom(choices));
        } else if (what < 72) {
            freeOne(choices);
        } else if (what < 76) {
            freeUnknown(choices);
        } else if (what < 80) {
            freeMany(choices);
        } else if (what < 86) {
            allocateMany(choices);
        } else if (what < 91) {
            compact();
        } else if (what < 94) {
            log.accept("give back frames");
            if (arena.giveBack(choices.below(50)) > 0) {
                events.add(Event.FRAMES_GIVEN_BACK);
            }
        } else if (what < 97) {
            log.accept("give back surplus");
            arena.giveBackSurplus();
        } else if (what < 100) {
            log.accept("give back handle pages");
            if (fixture.pool.giveBackHandlePages() > 0) {
                events.add(Event.HANDLE_PAGES_GIVEN_BACK);
            }
        } else {
            moveAPage(what, choices);
        }
        check(choices);
    }

    private void moveAPage(int what, Choices choices) {
        // Whatever the frame holds: a page of the pool in about half of the cases.
        int frame = choices.below((int) arenaLimitPages + 20) - 1;
        if (what < 104) {
            isolation.isolate(frame);
        } else if (what < 108) {
            switch (isolation.migrate(isolation.choose(choices, frame))) {
                case MIGRATED -> events.add(Event.PAGE_MIGRATED);
                case EMPTY -> events.add(Event.MIGRATION_FOUND_NOTHING);
                default -> {}
            }
        } else if (what < 112) {
            isolation.putBack(isolation.choose(choices, frame));
        } else {
            isolation.objectsBeside(isolation.choose(choices, frame)).forEach(fixture::free);
        }
    }

    private static int lengthFrom(Choices choices) {
        if (choices.chance(70)) {
            return USUAL_LENGTHS[choices.below(USUAL_LENGTHS.length)];
        }
        return choices.between(1, ZsPool.MAX_OBJECT_BYTES);
    }

    private void allocate(int length) {
        log.accept("allocate " + length);
        PoolStats before = fixture.pool.stats();
        long answer = fixture.tryPut(length);
        int pages = fixture.pool.sizeClasses().forPayload(length).pagesPerZspage();
        if (answer == ZsPool.LIMIT_REACHED) {
            events.add(Event.LIMIT_REACHED);
            assertTrue(before.allocatedPages() + pages > poolLimitPages, "no need to refuse");
        } else if (answer == ZsPool.OUT_OF_MEMORY) {
            events.add(Event.OUT_OF_MEMORY);
            ArenaStats stats = arena.stats();
            long used = stats.ownedFrames() + stats.tablePages();
            assertTrue(used + pages + 2 > arenaLimitPages, "no need to refuse");
        } else {
            long grown = fixture.pool.stats().allocatedPages() - before.allocatedPages();
            assertTrue(grown == 0 || grown == pages, () -> "grew by " + grown + " pages");
        }
    }

    private void allocateMany(Choices choices) {
        // Many small ones from time to time, to fill pages of the handle table.
        boolean small = choices.chance(25);
        int length = small ? 24 : USUAL_LENGTHS[choices.below(USUAL_LENGTHS.length)];
        for (int i = choices.below(small ? 2000 : 60); i > 0; i--) {
            allocate(length);
        }
    }

    private void freeOne(Choices choices) {
        if (fixture.size() > 0) {
            long handle = choices.oneOf(fixture.handles());
            log.accept("free " + handle);
            fixture.free(handle);
            PoolAssert.assertThat(fixture.pool).doesNotHold(handle);
        }
    }

    private void freeUnknown(Choices choices) {
        long handle = choices.below(4000) - 5L;
        if (!fixture.handles().contains(handle)) {
            log.accept("free unknown " + handle);
            assertEquals(FreeOutcome.NOT_LIVE, fixture.pool.free(handle));
        }
    }

    private void freeMany(Choices choices) {
        int percent = choices.between(10, 100);
        log.accept("free " + percent + " percent");
        fixture.freeShare(choices, percent);
    }

    private void compact() {
        log.accept("compact");
        List<Long> before = fixture.handles();
        long pages = fixture.pool.stats().allocatedPages();
        long freed = fixture.pool.compact();
        if (freed > 0) {
            events.add(Event.COMPACTION_FREED_PAGES);
        }
        if (freed > 0 && isolation.count() > 0) {
            events.add(Event.COMPACTED_AROUND_ISOLATED_PAGES);
        }
        PoolAssert.assertThat(fixture.pool).hasPages(pages - freed);
        isolation.verifyFewestZspages();
        assertEquals(before, fixture.handles());
        fixture.verify();
    }

    /// What it has met so far.
    Set<Event> events() {
        return events;
    }

    private void check(Choices choices) {
        PoolAssert.assertThat(fixture.pool).isSound().hasLiveObjects(fixture.size());
        assertEquals(isolation.count(), fixture.pool.pages().isolatedPages());
        if (fixture.size() > 0) {
            long handle = choices.oneOf(fixture.handles());
            PoolAssert.assertThat(fixture.pool).holds(handle, fixture.content(handle));
        }
    }

    /// Reads everything, frees everything, and expects that nothing is left.
    @Override
    public void close() {
        fixture.verify();
        isolation.putAllBack();
        assertTrue(fixture.pool.compact() >= 0);
        PoolAssert.assertThat(fixture.pool).isFullyCompacted();
        fixture.freeAll();
        PoolAssert.assertThat(fixture.pool).isSound().hasPages(0).hasLiveObjects(0);
        engines.close();
    }
}
