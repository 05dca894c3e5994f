package dev.zspool.zsmalloc;

import dev.zspool.page.Frames;
import dev.zspool.page.PageArena;
import dev.zspool.page.Region;
import java.util.Arrays;

/// The pages of a handle table by state.
///
/// A page is *available* (more free cells than the quarantine: on the list that handles are taken
/// from), *empty* (no live cell: on a list of its own, taken from last), *busy* (on none), or was
/// *given back* and rests over the whole next pass, after which it may be opened again. Not
/// thread-safe: guarded by the table's lock.
final class HandlePages {
    static final int NO_PAGE = -1;

    private static final byte BUSY = 0;
    private static final byte AVAILABLE = 1;
    private static final byte EMPTY = 2;
    private static final byte GIVEN_BACK = 3;

    private final PageArena arena;
    private final Region region;
    private final HandlePageDescriptors descriptors;
    private final int capacity;
    private final int[] heads = {NO_PAGE, NO_PAGE, NO_PAGE};
    private int emptyPages;
    private int firstResting = NO_PAGE;
    private int firstRested = NO_PAGE;
    private int firstReusable = NO_PAGE;
    private long backedBytes;
    private long openings;

    HandlePages(PageArena arena, int capacity) {
        this.arena = arena;
        this.capacity = capacity;
        this.region =
                arena.tables().reserve((long) capacity * HandlePageDescriptors.DESCRIPTOR_BYTES);
        this.descriptors = new HandlePageDescriptors(region.memory());
    }

    HandlePageDescriptors descriptors() {
        return descriptors;
    }

    int capacity() {
        return capacity;
    }

    /// Charges the memory of a page's descriptor. False when the budget does not allow it.
    boolean ensureBacked(int page) {
        openings++;
        long end = (long) (page + 1) * HandlePageDescriptors.DESCRIPTOR_BYTES;
        while (backedBytes < end) {
            if (!arena.budget().chargeTablePages(1)) {
                return false;
            }
            backedBytes += Frames.FRAME_BYTES;
        }
        return true;
    }

    /// The page that the next handle comes from: one that is in use already, else an empty one,
    /// else none.
    int firstAvailable() {
        return heads[AVAILABLE] != NO_PAGE ? heads[AVAILABLE] : heads[EMPTY];
    }

    /// Files a page by the number of its free cells.
    void refile(int page) {
        byte wanted = wantedState(page);
        byte current = descriptors.state(page);
        if (wanted == current) {
            return;
        }
        if (current != BUSY) {
            unlink(page, current);
        }
        if (wanted != BUSY) {
            link(page, wanted);
        }
        descriptors.setState(page, wanted);
    }

    private byte wantedState(int page) {
        int freeCells = descriptors.freeCells(page);
        if (freeCells == HandleTable.CELLS_PER_PAGE) {
            return EMPTY;
        }
        return freeCells > HandleTable.QUARANTINE_CELLS ? AVAILABLE : BUSY;
    }

    boolean isFiledRight(int page) {
        return descriptors.state(page) == wantedState(page);
    }

    private void link(int page, byte list) {
        descriptors.setPrevious(page, NO_PAGE);
        descriptors.setNext(page, heads[list]);
        if (heads[list] != NO_PAGE) {
            descriptors.setPrevious(heads[list], page);
        }
        heads[list] = page;
        emptyPages += list == EMPTY ? 1 : 0;
    }

    private void unlink(int page, byte list) {
        int previous = descriptors.previous(page);
        int next = descriptors.next(page);
        if (previous == NO_PAGE) {
            heads[list] = next;
        } else {
            descriptors.setNext(previous, next);
        }
        if (next != NO_PAGE) {
            descriptors.setPrevious(next, previous);
        }
        emptyPages -= list == EMPTY ? 1 : 0;
    }

    /// Whether the system is about to get the page.
    boolean isLeaving(int page) {
        return descriptors.state(page) == BUSY && wantedState(page) == EMPTY;
    }

    /// How often a page was opened or given back, at least.
    long openings() {
        return openings;
    }

    /// Takes a page without a live cell off its list, none when only one is left. Page 0 has no
    /// cell 0 and is never empty.
    int takeEmpty() {
        if (emptyPages <= 1) {
            return NO_PAGE;
        }
        int page = heads[EMPTY];
        unlink(page, EMPTY);
        descriptors.setState(page, BUSY);
        return page;
    }

    /// Notes that a page's memory was given back.
    void pushResting(int page) {
        openings++;
        descriptors.setNext(page, firstResting);
        firstResting = page;
        descriptors.setFreeCells(page, 0);
        descriptors.setState(page, GIVEN_BACK);
    }

    boolean isGivenBack(int page) {
        return descriptors.state(page) == GIVEN_BACK;
    }

    /// A new pass begins: what the last but one gave back may be opened again. What the last one
    /// gave back, perhaps a moment ago, rests on until the next.
    void ripen() {
        while (firstRested != NO_PAGE) {
            int page = firstRested;
            firstRested = descriptors.next(page);
            descriptors.setNext(page, firstReusable);
            firstReusable = page;
        }
        firstRested = firstResting;
        firstResting = NO_PAGE;
    }

    /// Takes a page that has rested, none when there is none.
    int popReusable() {
        int page = firstReusable;
        openings++;
        if (page != NO_PAGE) {
            firstReusable = descriptors.next(page);
            descriptors.setState(page, BUSY);
        }
        return page;
    }

    /// Takes every page off every list.
    void forgetAll() {
        Arrays.fill(heads, NO_PAGE);
        emptyPages = 0;
        firstResting = NO_PAGE;
        firstRested = NO_PAGE;
        firstReusable = NO_PAGE;
    }

    /// Gives memory and address space back. Called once.
    void close() {
        arena.tables().release(region, backedBytes);
        arena.budget().dischargeTablePages(backedBytes >> Frames.FRAME_SHIFT);
        backedBytes = 0;
    }
}
