package dev.zspool.blob;

import java.util.Arrays;

/// Finds some blobs that were not read lately, quickly, for a writer who cannot wait for a sweep
/// over the pages.
///
/// A second chance, as in the kernel's clock: a hand goes round over the index, in the order of
/// hashes, takes each blob that is idle, and makes every other one older. What is freed this way
/// lies scattered; compaction makes pages of it. Not thread-safe.
final class VictimClock {
    /// Blobs that are chosen at once at most.
    private static final int MOST_BLOBS = 32;

    /// How often the hand goes round for one choice: twice to make what was read idle, once for the
    /// blobs, and the rest of the round that was under way.
    private static final int MOST_TURNS = 4;

    private final UsageBits usage;
    private final IndexWalk walk;
    private long hand;

    VictimClock(BlobIndex index, UsageBits usage) {
        this.usage = usage;
        this.walk = new IndexWalk(index);
    }

    /// Chooses some.
    ///
    /// @return their roots; none only if there are no blobs
    long[] choose() {
        Victims victims = new Victims();
        int turns = 0;
        while (!victims.isFull() && turns < MOST_TURNS) {
            hand = walk.readPart(hand, victims);
            victims.accept();
            turns += hand == IndexWalk.END ? 1 : 0;
        }
        return victims.roots();
    }

    /// Takes the roots of a part that are idle. What it is told counts only when the part is read
    /// to its end, so marks are taken away after that.
    private final class Victims implements IndexWalk.Visitor {
        private final long[] part = new long[IndexSegment.CAPACITY];
        private final long[] roots = new long[MOST_BLOBS];
        private int parts;
        private int count;
        private int lastTag;

        @Override
        public void begin() {
            parts = 0;
        }

        @Override
        public boolean visit(int tag, long rootHandle) {
            // Entries of one tag cannot be told apart, so a part ends behind all of them.
            if (parts >= MOST_BLOBS && tag != lastTag) {
                return false;
            }
            lastTag = tag;
            part[parts++] = rootHandle;
            return true;
        }

        void accept() {
            for (int i = 0; i < parts && count < MOST_BLOBS; i++) {
                if (usage.ageOne(part[i]) == UsageBits.IDLE) {
                    roots[count++] = part[i];
                }
            }
        }

        boolean isFull() {
            return count == MOST_BLOBS;
        }

        long[] roots() {
            return Arrays.copyOf(roots, count);
        }
    }
}
