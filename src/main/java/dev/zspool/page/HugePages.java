package dev.zspool.page;

/// Which pageblocks the system is asked to back with huge pages: those that are in use as a whole.
///
/// Thread-safe. Calls the system, so no lock is held around it.
final class HugePages {
    private final Region frames;
    private final FrameLedger ledger;
    private final int blocks;

    HugePages(Region frames, FrameLedger ledger, int blocks) {
        this.frames = frames;
        this.ledger = ledger;
        this.blocks = blocks;
    }

    /// See {@link PageArena#adviseHugePages}.
    int adviseFullBlocks() {
        int advised = 0;
        int from = 0;
        while (from < blocks) {
            int to = Math.min(from + FrameLedger.SLICE_BLOCKS, blocks);
            int block = ledger.markFullBlockHuge(from, to);
            if (block == PageblockLists.NO_BLOCK) {
                from = to;
            } else {
                advise(block);
                advised++;
                from = block + 1;
            }
        }
        return advised;
    }

    private void advise(int block) {
        prefer(block, true);
        if (!ledger.isHuge(block)) {
            // Given back meanwhile: whoever touches one page of it next must not get 2 MiB.
            prefer(block, false);
        }
    }

    /// Asks for a block to be a huge page from now on, or never.
    void prefer(int block, boolean wanted) {
        long address = Frames.address(block << Frames.PAGEBLOCK_SHIFT);
        frames.preferHugePages(address, Frames.PAGEBLOCK_BYTES, wanted);
    }
}
