package dev.zspool.blob;

import java.util.Arrays;

/// Makes the list of the blobs in memory that shall come back first after a start: those that were
/// read lately, then the others.
///
/// It has the upper halves of their hashes, which the index has at hand, and at most {@link
/// #MOST_TAGS}: what is missing in it comes back later. Of one call.
final class ResidentList implements IndexWalk.Visitor {
    /// 4 MiB.
    static final int MOST_TAGS = 1 << 20;

    private final UsageBits usage;
    private final boolean isMarkedWanted;
    private final int[] part = new int[IndexSegment.CAPACITY];
    private int parts;
    private int[] tags;
    private int count;

    private ResidentList(UsageBits usage, boolean isMarkedWanted, int[] tags, int count) {
        this.usage = usage;
        this.isMarkedWanted = isMarkedWanted;
        this.tags = tags;
        this.count = count;
    }

    static int[] of(BlobIndex index, UsageBits usage) {
        ResidentList used = new ResidentList(usage, true, new int[1024], 0);
        used.walk(index);
        ResidentList all = new ResidentList(usage, false, used.tags, used.count);
        all.walk(index);
        return Arrays.copyOf(all.tags, all.count);
    }

    private void walk(BlobIndex index) {
        IndexWalk walk = new IndexWalk(index);
        long from = 0;
        do {
            from = walk.readPart(from, this);
            accept();
        } while (from != IndexWalk.END && count < MOST_TAGS);
    }

    @Override
    public void begin() {
        parts = 0;
    }

    @Override
    public boolean visit(int tag, long rootHandle) {
        boolean isUsed = usage.generation(rootHandle) != UsageBits.IDLE;
        if (isUsed == isMarkedWanted) {
            part[parts++] = tag;
        }
        return true;
    }

    private void accept() {
        int taken = Math.min(parts, MOST_TAGS - count);
        if (count + taken > tags.length) {
            tags = Arrays.copyOf(tags, Math.min(MOST_TAGS, 2 * (count + taken)));
        }
        System.arraycopy(part, 0, tags, count, taken);
        count += taken;
    }
}
