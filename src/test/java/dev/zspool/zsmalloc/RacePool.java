package dev.zspool.zsmalloc;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.Frames;
import dev.zspool.page.MappedPages;
import dev.zspool.page.PageArena;
import java.util.Arrays;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A small pool on real memory for one race at a time: what the memory-model tests drive.
///
/// Mapping memory is dear, so a pool is borrowed for one state of one test and recycled by its
/// arbiter. It always holds {@link #FILLERS} objects of the smallest class: they leave the first
/// page of the handle table so few free cells that a freed cell comes back after some 34 others, as
/// soon as the quarantine allows.
///
/// What a real pool does not offer is in {@link HandSteps}: its steps one by one, in the right
/// order and in wrong ones.
public final class RacePool {
    /// The version's width in production.
    public static final int WIDE = ObjectLocation.VERSION_BITS;

    /// So narrow that a word comes back after four events.
    public static final int NARROW = 2;

    /// What a read can say besides the name of a {@link Content}.
    public static final String NOT_LIVE = "NOT_LIVE";

    /// The second load of the word found another one.
    public static final String REFUSED = "REFUSED";

    /// Bytes of no object, or of two.
    public static final String TORN = "TORN";

    public static final String SOUND = "SOUND";
    public static final String UNSOUND = "UNSOUND";

    private static final int FILLERS = 475;
    private static final int CHECK_EVERY = 32;
    private static final int ATTEMPTS = 16;

    private static final ConcurrentHashMap<Integer, Queue<RacePool>> IDLE =
            new ConcurrentHashMap<>();
    private static final ThreadLocal<byte[]> BUFFER =
            ThreadLocal.withInitial(() -> new byte[ZsPool.MAX_OBJECT_BYTES]);

    /// The contents of objects. Each byte depends on its position, so that a half in the wrong
    /// place is seen too.
    public enum Content {
        OLD(1),
        NEW(2),
        OTHER(3),
        FILLER(4);

        @SuppressWarnings("ImmutableEnumChecker") // filled once
        private final byte[] bytes = new byte[ZsPool.MAX_OBJECT_BYTES];

        Content(long seed) {
            new SplittableRandom(seed).nextBytes(bytes);
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /// How an object lies in memory.
    public enum Shape {
        /// Two slots of 2 KiB in one frame.
        IN_ONE_FRAME(2048 - SlotLayout.HEADER_BYTES, 2, 0, 1),
        /// Four slots of 3 KiB in three frames: the second and the third run into the next frame.
        SPANNING(3072 - SlotLayout.HEADER_BYTES, 4, 1, 2);

        private final int length;
        private final int slots;

        /// The slot of the object that moves, and the one it moves to.
        private final int from;

        private final int to;

        Shape(int length, int slots, int from, int to) {
            this.length = length;
            this.slots = slots;
            this.from = from;
            this.to = to;
        }

        int length() {
            return length;
        }

        /// How many a zspage has.
        public int slots() {
            return slots;
        }
    }

    private final PageArena arena;
    private final ZsPool pool;
    private final Queue<RacePool> home;
    private final long fillerPages;
    private int recycled;
    private int pause;

    private RacePool(int versionBits, Queue<RacePool> home) {
        this.home = home;
        this.arena = new PageArena(new MappedPages(), ArenaOptions.ofSize(Frames.PAGEBLOCK_BYTES));
        this.pool = new ZsPool(arena, PoolOptions.defaults(), versionBits);
        for (int i = 0; i < FILLERS; i++) {
            pool.allocate(Content.FILLER.bytes, 0, 1);
        }
        this.fillerPages = pool.stats().allocatedPages();
    }

    /// A sound pool that nobody else uses, with no objects but the fillers.
    public static RacePool borrow(int versionBits) {
        Queue<RacePool> idle =
                IDLE.computeIfAbsent(versionBits, bits -> new ConcurrentLinkedQueue<>());
        RacePool pool = idle.poll();
        return pool == null ? new RacePool(versionBits, idle) : pool;
    }

    ZsPool pool() {
        return pool;
    }

    PageArena arena() {
        return arena;
    }

    /// Ends a state: frees what is left, and looks everything over once in a while.
    public void recycle() {
        long end = (long) pool.parts().handles().pageLimit() * HandleTable.CELLS_PER_PAGE;
        for (long handle = FILLERS + 1; handle < end; handle++) {
            pool.free(handle);
        }
        if (++recycled % CHECK_EVERY == 0 && !pool.check().isEmpty()) {
            throw new IllegalStateException(pool.check().toString());
        }
        home.offer(this);
    }

    /// Ends a state that may have broken its pool.
    public void recycleOrDiscard(String verdict) {
        if (verdict.equals(SOUND)) {
            recycle();
        } else {
            arena.close();
        }
    }

    public long store(Shape shape, Content content) {
        return pool.allocate(content.bytes, 0, shape.length);
    }

    public String free(long handle) {
        return pool.free(handle).name();
    }

    public long compact() {
        return pool.compact();
    }

    /// Reads as anyone does, and says whose bytes they are, or {@link #NOT_LIVE}, or {@link #TORN}.
    public String read(long handle, Shape shape) {
        byte[] buffer = buffer();
        int length = pool.read(handle, buffer, 0);
        return length == ZsPool.NOT_LIVE ? NOT_LIVE : ownerOf(buffer, shape.length);
    }

    /// Reads again and again until something else than a given answer comes, or long enough.
    public String readWhile(String answer, long handle, Shape shape) {
        String seen = answer;
        for (int attempt = 0; attempt < ATTEMPTS && seen.equals(answer); attempt++) {
            seen = read(handle, shape);
        }
        return seen;
    }

    /// This thread's room for one object.
    private static byte[] buffer() {
        return BUFFER.get();
    }

    /// Says whose bytes these are, or {@link #TORN}.
    static String ownerOf(byte[] buffer, int length) {
        for (Content content : Content.values()) {
            if (Arrays.equals(buffer, 0, length, content.bytes, 0, length)) {
                return content.name();
            }
        }
        return TORN;
    }

    /// The handle that the next object will get, if nobody else allocates meanwhile.
    public long nextHandle() {
        HandlePages pages = pool.parts().handles().pages();
        int page = pages.firstAvailable();
        return (long) page * HandleTable.CELLS_PER_PAGE + pages.descriptors().head(page);
    }

    /// Frees an object, and then stores and frees others in its place until its handle comes round
    /// again, for a new object in the same place.
    public void liveAgain(Shape shape, long handle) {
        free(handle);
        comeRound(shape, handle);
    }

    /// The rest of {@link #liveAgain}, after the free.
    public void comeRound(Shape shape, long handle) {
        while (nextHandle() != handle) {
            free(store(shape, Content.OTHER));
        }
        store(shape, Content.NEW);
    }

    /// How long the next reader sleeps: each time something else, up to what a writer needs for a
    /// cell's round.
    public int nextPause() {
        pause = (pause + 377) & 4095;
        return pause;
    }

    /// Keeps a zspage of this shape alive, and leaves the next slot to the caller, with the bytes
    /// of an object that is gone.
    public void prepareSlot(Shape shape) {
        store(shape, Content.FILLER);
        free(store(shape, Content.OTHER));
    }

    /// Makes two zspages that compaction will join: all of the one but its {@link Shape#from} slot
    /// is free, and only the {@link Shape#to} slot of the other, with the bytes of an object that
    /// is gone.
    public Move prepareMove(Shape shape) {
        long[] source = fillZspage(shape, shape.from, Content.OLD);
        long[] destination = fillZspage(shape, shape.to, Content.OTHER);
        for (int slot = 0; slot < shape.slots; slot++) {
            if (slot != shape.from) {
                free(source[slot]);
            }
        }
        free(destination[shape.to]);
        return new Move(source[shape.from], destination[shape.from]);
    }

    /// Like {@link #prepareMove}, but both zspages stay whatever happens to the object.
    public long prepareMoveThereAndBack(Shape shape) {
        long[] one = fillZspage(shape, shape.from, Content.OLD);
        long[] other = fillZspage(shape, shape.to, Content.OTHER);
        free(other[shape.to]);
        free(one[shape.to]);
        return one[shape.from];
    }

    private long[] fillZspage(Shape shape, int special, Content content) {
        long[] handles = new long[shape.slots];
        for (int slot = 0; slot < shape.slots; slot++) {
            handles[slot] = store(shape, slot == special ? content : Content.FILLER);
        }
        return handles;
    }

    /// A move that compaction will make.
    ///
    /// @param handle of the object that will move; its content is {@link Content#OLD}
    /// @param neighbour of an object where it goes to, of content {@link Content#FILLER}
    public record Move(long handle, long neighbour) {}

    /// Fills a zspage's worth of slots, so that what compaction has freed is used again.
    public void overwriteFreed(Shape shape) {
        for (int slot = 0; slot < shape.slots; slot++) {
            store(shape, Content.OTHER);
        }
    }

    /// Looks everything over; nobody uses the pool meanwhile.
    ///
    /// @param objects how many there must be, all of one shape, beside the fillers
    /// @return {@link #SOUND} when the invariants hold, the counts are right, and after a
    ///   compaction the pages are the fewest possible
    public String verdict(Shape shape, int objects) {
        if (!isSound()) {
            return UNSOUND;
        }
        pool.compact();
        int zspages = (objects + shape.slots - 1) / shape.slots;
        long pages = fillerPages + (long) zspages * pagesPerZspage(shape);
        boolean sound =
                isSound()
                        && pool.stats().liveObjects() == FILLERS + objects
                        && pool.stats().allocatedPages() == pages
                        && arena.stats().ownedFrames() == pages;
        return sound ? SOUND : UNSOUND;
    }

    private boolean isSound() {
        try {
            return pool.check().isEmpty();
        } catch (IndexOutOfBoundsException torn) {
            return false;
        }
    }

    private int pagesPerZspage(Shape shape) {
        return pool.sizeClasses().forPayload(shape.length).pagesPerZspage();
    }
}
