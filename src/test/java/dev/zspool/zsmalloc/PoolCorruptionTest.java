package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.page.Words;
import dev.zspool.testkit.BreaksInvariant;
import dev.zspool.testkit.Engines;
import dev.zspool.testkit.PoolAssert;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Breaks one field of a pool at a time, sees the checker name exactly the invariant that it
/// belongs to and the check of a pool in use name it too, then puts it back.
class PoolCorruptionTest {
    /// Slots of 3264 bytes: four pages, five slots, two of which span.
    private static final int SPANNING = 3000;

    @RegisterExtension final Engines engines = new Engines();

    private final PageArena arena = engines.heapArena(Engines.SMALL_BYTES);
    private final PoolFixture fixture =
            new PoolFixture(engines.pool(arena, PoolOptions.defaults()));
    private final ZsPool pool = fixture.pool;
    private final ZsPool.Parts parts = pool.parts();

    @BeforeEach
    void fill() {
        fixture.putMany(7, SPANNING);
        fixture.putMany(200, 24);
        fixture.putMany(3, 4096);
        for (int i = 0; i < 210; i += 5) {
            fixture.free(fixture.handles().get(i / 2));
        }
        fixture.verify();
    }

    @AfterEach
    void restored() {
        fixture.verify();
        PoolAssert.assertThat(pool).isSoundLive();
        fixture.freeAll();
    }

    private void expect(String invariant) {
        PoolAssert.assertThat(pool).violatesOnly(invariant).violatesLive(invariant);
    }

    private long someHandle() {
        return handleOf(0);
    }

    private long handleOf(int classIndex) {
        return fixture.handles().stream()
                .filter(handle -> ObjectLocation.classIndex(fixture.word(handle)) == classIndex)
                .findFirst()
                .orElseThrow();
    }

    private int someZspage() {
        return fixture.zspage(someHandle());
    }

    private SizeClass someClass() {
        return parts.byIndex()[0];
    }

    /// A zspage with several free slots, and the address of the first one on its free list.
    private int zspageWithRoom() {
        for (long handle : fixture.handles()) {
            int zspage = fixture.zspage(handle);
            if (parts.zspages().classIndex(zspage) == 0
                    && parts.zspages().liveSlots(zspage) < 120) {
                return zspage;
            }
        }
        throw new AssertionError("no zspage has room");
    }

    private long firstFreeAddress(int zspage) {
        return parts.slots()
                .address(zspage, parts.zspages().firstFreeSlot(zspage), someClass().shape);
    }

    private void withHeader(long address, long header, String invariant) {
        long before = parts.slots().header(address);
        parts.slots().setHeader(address, header);
        expect(invariant);
        parts.slots().setHeader(address, before);
    }

    @Test
    @BreaksInvariant("I-1")
    @DisplayName("I-1: a cycle in the free list")
    void freeListCycle() {
        int zspage = zspageWithRoom();
        int first = parts.zspages().firstFreeSlot(zspage);
        withHeader(firstFreeAddress(zspage), SlotLayout.free(first), "I-1");
    }

    @Test
    @BreaksInvariant("I-1")
    @DisplayName("I-1: a free list that ends too early")
    void freeListTooShort() {
        withHeader(firstFreeAddress(zspageWithRoom()), SlotLayout.free(SlotLayout.NO_SLOT), "I-1");
    }

    @Test
    @BreaksInvariant("I-1")
    @DisplayName("I-1: a free list that leads behind the last slot (bug B4)")
    void phantomSlot() {
        withHeader(
                firstFreeAddress(zspageWithRoom()),
                SlotLayout.free(someClass().shape.slotsPerZspage()),
                "I-1");
    }

    @Test
    @BreaksInvariant("I-1")
    @DisplayName("I-1: a free list that leads to a live object")
    void freeListToObject() {
        int zspage = zspageWithRoom();
        int live =
                fixture.handles().stream()
                        .filter(handle -> fixture.zspage(handle) == zspage)
                        .mapToInt(fixture::slot)
                        .findFirst()
                        .orElseThrow();
        withHeader(firstFreeAddress(zspage), SlotLayout.free(live), "I-1");
    }

    @Test
    @BreaksInvariant("I-1")
    @DisplayName("I-1: the head of the free list")
    void freeListHead() {
        int zspage = zspageWithRoom();
        int first = parts.zspages().firstFreeSlot(zspage);
        parts.zspages().setFirstFreeSlot(zspage, SlotLayout.NO_SLOT);
        expect("I-1");
        parts.zspages().setFirstFreeSlot(zspage, first);
    }

    @Test
    @BreaksInvariant("I-1")
    @DisplayName("I-1: the handle of a huge zspage")
    void hugeHandle() {
        long handle = handleOf(254);
        int zspage = fixture.zspage(handle);
        parts.zspages().setHugeHandle(zspage, ZsPool.NULL_HANDLE);
        expect("I-1");
        parts.zspages().setHugeHandle(zspage, handle);
    }

    @Test
    @BreaksInvariant("I-2")
    @DisplayName("I-2: the group that a zspage was filed under")
    void group() {
        int zspage = someZspage();
        int group = parts.zspages().group(zspage);
        parts.zspages().setGroup(zspage, group - 1);
        expect("I-2");
        parts.zspages().setGroup(zspage, group);
    }

    @Test
    @BreaksInvariant("I-2")
    @DisplayName("I-2: the mark that a zspage is on a list")
    void linked() {
        parts.zspages().setLinked(someZspage(), false);
        expect("I-2");
        parts.zspages().setLinked(someZspage(), true);
    }

    @Test
    @BreaksInvariant("I-2")
    @DisplayName("I-2: the link back to the neighbour on the list")
    void previous() {
        int zspage = someZspage();
        int previous = parts.zspages().previous(zspage);
        parts.zspages().setPrevious(zspage, 99);
        expect("I-2");
        parts.zspages().setPrevious(zspage, previous);
    }

    @Test
    @BreaksInvariant("I-3")
    @DisplayName("I-3: the length of a list")
    void listLength() {
        SizeClass sizeClass = someClass();
        sizeClass.lock();
        try {
            sizeClass.listsLocked().corruptCount(4, 1);
            expect("I-3");
            sizeClass.listsLocked().corruptCount(4, -1);
        } finally {
            sizeClass.unlock();
        }
    }

    @Test
    @BreaksInvariant("I-3")
    @DisplayName("I-3: a list that runs in a circle ends the walk, and is told")
    void listCycle() {
        int zspage = someZspage();
        int next = parts.zspages().next(zspage);
        parts.zspages().setNext(zspage, zspage);
        assertTrue(
                pool.check().stream().anyMatch(text -> text.startsWith("I-3 zspage " + zspage)),
                () -> pool.check().toString());
        PoolAssert.assertThat(pool).violatesLive("I-3");
        parts.zspages().setNext(zspage, next);
    }

    @Test
    @BreaksInvariant("I-4")
    @DisplayName("I-4: the count of a class' live slots")
    void liveCounter() {
        someClass().addLiveLocked(1);
        expect("I-4");
        someClass().addLiveLocked(-1);
    }

    @Test
    @BreaksInvariant("I-4")
    @DisplayName("I-4: the count of a class' slots")
    void slotCounter() {
        someClass().addZspageLocked();
        expect("I-4");
        someClass().removeZspageLocked();
    }

    @Test
    @BreaksInvariant("I-5")
    @DisplayName("I-5: a zspage that no class knows")
    void orphan() {
        int orphan =
                parts.allocator().build(someClass().shape, arena.register("orphan", parts.mover()));
        parts.allocator().filedLocked(someClass().shape);
        expect("I-5");
        parts.allocator().withdrawnLocked(someClass().shape);
        parts.allocator().destroy(orphan);
    }

    @Test
    @BreaksInvariant("I-19")
    @DisplayName("I-19: the count of isolated slots of a class")
    void isolatedCount() {
        someClass().addIsolatedLocked(someClass().shape.slotsPerZspage(), 0);
        expect("I-19");
        someClass().addIsolatedLocked(-someClass().shape.slotsPerZspage(), 0);
    }

    private void withDescriptor(int frame, long word, String invariant) {
        Words descriptors = arena.descriptors();
        long before = descriptors.getOpaque(frame);
        descriptors.setOpaque(frame, word);
        expect(invariant);
        descriptors.setOpaque(frame, before);
    }

    @Test
    @BreaksInvariant("I-6")
    @DisplayName("I-6: each field of a page's descriptor: magic, zspage, position, next frame")
    void pageDescriptor() {
        long handle = fixture.handles().stream().max(Long::compare).orElseThrow();
        int zspage = fixture.zspage(handle);
        int frame = parts.zspages().firstFrame(zspage);
        long word = arena.descriptors().getOpaque(frame);
        int next = PageDescriptor.nextFrame(word);
        withDescriptor(frame, word ^ 1L << 60, "I-6");
        withDescriptor(frame, 0, "I-6");
        withDescriptor(frame, PageDescriptor.of(zspage + 1, 0, next), "I-6");
        withDescriptor(frame, PageDescriptor.of(zspage, 1, next), "I-6");
        withDescriptor(frame, PageDescriptor.of(zspage, 0, arena.totalFrames() - 1), "I-6");
    }

    @Test
    @BreaksInvariant("I-6")
    @DisplayName("I-6: a chain that begins at a frame that nobody owns, or at none")
    void firstFrame() {
        int zspage = someZspage();
        int frame = parts.zspages().firstFrame(zspage);
        for (int wrong : new int[] {arena.totalFrames() - 1, Frames.NO_FRAME, frame + 1}) {
            parts.zspages().setFirstFrame(zspage, wrong);
            expect("I-6");
        }
        parts.zspages().setFirstFrame(zspage, frame);
    }

    @Test
    @BreaksInvariant("I-7")
    @DisplayName("I-7: each field of a live word: class, frame, offset")
    void liveWord() {
        long handle = handleOf(0);
        long word = fixture.word(handle);
        int version = ObjectLocation.version(word);
        int frame = ObjectLocation.frame(word);
        int offset = ObjectLocation.offsetBytes(word);
        for (long wrong :
                new long[] {
                    ObjectLocation.live(version, 1, frame, offset),
                    ObjectLocation.live(version, 0, frame ^ 1, offset),
                    ObjectLocation.live(version, 0, frame, offset ^ 16)
                }) {
            parts.handles().corrupt(handle, wrong);
            expect("I-7");
        }
        parts.handles().corrupt(handle, word);
    }

    @Test
    @BreaksInvariant("I-7")
    @DisplayName("I-7: the handle in a slot's header")
    void slotHeader() {
        long handle = handleOf(0);
        long word = fixture.word(handle);
        long address =
                Frames.address(ObjectLocation.frame(word)) + ObjectLocation.offsetBytes(word);
        List<Long> others = fixture.handles();
        others.remove(handle);
        withHeader(address, SlotLayout.allocated(others.getFirst()), "I-7");
        withHeader(address, SlotLayout.allocated(1L << 40), "I-7");
    }

    @Test
    @BreaksInvariant("I-8")
    @DisplayName("I-8: a live word without an object of its own")
    void wordWithoutObject() {
        long word = fixture.word(someHandle());
        long handle = parts.handles().acquire();
        parts.handles()
                .publishAt(
                        handle,
                        ObjectLocation.classIndex(word),
                        Frames.address(ObjectLocation.frame(word))
                                + ObjectLocation.offsetBytes(word));
        expect("I-8");
        parts.handles().retire(handle);
        parts.handles().release(handle);
    }

    @Test
    @BreaksInvariant("I-9")
    @DisplayName("I-9: a cell that is neither free nor live")
    void lostCell() {
        long handle = parts.handles().acquire();
        PoolAssert.assertThat(pool).violatesOnly("I-9").missesLive("I-9");
        parts.handles().release(handle);
    }

    @Test
    @BreaksInvariant("I-9")
    @DisplayName("I-9: the descriptor of a page of cells: free cells, head, state")
    void handlePage() {
        HandlePageDescriptors descriptors = parts.handles().pages().descriptors();
        int free = descriptors.freeCells(0);
        descriptors.setFreeCells(0, free - 1);
        expect("I-9");
        descriptors.setFreeCells(0, free);
        int head = descriptors.head(0);
        descriptors.setHead(0, (int) someHandle());
        expect("I-9");
        descriptors.setHead(0, head);
        byte state = descriptors.state(0);
        descriptors.setState(0, (byte) 0);
        expect("I-9");
        descriptors.setState(0, state);
    }
}
