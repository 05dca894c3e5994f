package dev.zspool.page;

import java.lang.foreign.ValueLayout;

/// Frames that pages are about to be moved to.
///
/// While a page moves it has two frames, one of which goes when the move is over. The second one
/// does not count against the budget: nobody is refused a frame because a page is being moved, and
/// an arena at its budget can be defragmented. So in an arena there may be as many frames beyond
/// the budget as there are moves under way; and whichever of the two frames goes, goes through
/// here.
///
/// Thread-safe.
public final class MoveTargets {
    private final PageArena arena;
    private final FrameLedger ledger;

    MoveTargets(PageArena arena, FrameLedger ledger) {
        this.arena = arena;
        this.ledger = ledger;
    }

    /// Takes a frame that a page of an owner is about to be moved to, and touches it.
    ///
    /// @return the frame, {@link Frames#NO_FRAME} when there is none
    public int acquire(PageOwner owner) {
        int[] target = new int[1];
        return ledger.take(target, 1, owner) ? touched(target[0]) : Frames.NO_FRAME;
    }

    /// The same in a pageblock that is in use already, the densest one.
    int acquireInDensest(PageOwner owner) {
        int target = ledger.takeTarget(owner);
        return target == Frames.NO_FRAME ? target : touched(target);
    }

    /// The first touch of a frame costs microseconds: not under a lock.
    private int touched(int frame) {
        arena.memory().set(ValueLayout.JAVA_BYTE, Frames.address(frame), (byte) 0);
        return frame;
    }

    /// Takes one of the two frames back when the move is over: the one that the page has left, or a
    /// target that was not needed. No word leads to it any more.
    ///
    /// @param frame holds its number at index 0, so that nothing has to be made behind a move
    /// @throws IllegalArgumentException when it is not owned; then nothing has changed
    public void release(int[] frame) {
        ledger.put(frame, 1);
    }
}
