package dev.zspool.blob;

import dev.zspool.page.FrameBudget;
import dev.zspool.page.Frames;

/// Blobs of two sizes for tests of what is done when the arena's budget is cut below them.
final class MixedBlobs {
    private MixedBlobs() {}

    static byte[] contentOf(int nth) {
        return BlobContent.RANDOM.of(nth % 3 == 0 ? 700 : 3_000, nth);
    }

    /// Stores so many, named `b0`, `b1`, ...
    static void fill(DurableStore store, int blobs) {
        for (int nth = 0; nth < blobs; nth++) {
            store.put("b" + nth, contentOf(nth));
        }
    }

    /// Lowers a budget by so much below what is in use.
    static void cutBy(FrameBudget budget, long bytes) {
        budget.setLimitPages(budget.usedPages() - (bytes >> Frames.FRAME_SHIFT));
    }
}
