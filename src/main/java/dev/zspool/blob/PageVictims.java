package dev.zspool.blob;

import dev.zspool.zsmalloc.FullnessGroup;
import dev.zspool.zsmalloc.ZsPool;
import dev.zspool.zsmalloc.ZspageSurvey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Chooses the blobs whose leaving makes pages free for the fewest bytes.
///
/// **Policy.** Evicting by age alone frees bytes all over the pool, and hardly a page. So a *sweep*
/// goes over the zspages in three stages, each from the sparsest zspages to the full ones:
///
/// 1. *Together*: zspages in which nobody lives but blobs that may go. At 40 % full, a page costs
///    1.6 KiB.
/// 2. *Large*: blobs with chunks. A full chunk is a page of its own, so a page costs little more
///    than 4 KiB wherever the rest lies.
/// 3. *Scattered*: whoever else may go and is not large. It frees room, of which compaction makes
///    pages.
///
/// A chunk says whose write it is, but not where the root is. So a zspage with the end of a chunked
/// blob is not emptied in the first stage; it is when that blob has gone in the second. This costs
/// no room per object, and little else: chunked blobs have few such ends.
///
/// The chooser keeps its place, and reads zspages one at a time. Not thread-safe.
final class PageVictims {
    private static final int FIRST_GROUP = 1;
    private static final int LAST_GROUP = FullnessGroup.COUNT - 1;

    /// What is looked for now.
    enum Stage {
        TOGETHER,
        LARGE,
        SCATTERED,
        OVER
    }

    /// Blobs that may go.
    ///
    /// @param roots their roots
    /// @param pages what becomes free at once, about
    /// @param scatteredBytes what becomes free besides, and is no page before a compaction
    /// @param logicalBytes their content
    /// @param storedBytes their content as it is kept
    @SuppressWarnings("ArrayRecordComponent")
    record Choice(
            long[] roots, long pages, long scatteredBytes, long logicalBytes, long storedBytes) {}

    private final ZsPool pool;
    private final StoredRoots roots;
    private final UsageBits usage;
    private final ZspageSurvey survey;
    private final byte[] object = new byte[ZsPool.MAX_OBJECT_BYTES];

    /// Whether each blob is chosen once in three sweeps, the first at {@link UsageBits#IDLE}, the
    /// last at {@link UsageBits#NOW}, and nothing leaves between them.
    private final boolean isDryRun;

    private Stage stage = Stage.OVER;
    private int group = FIRST_GROUP;

    /// Blobs of this generation or an older one may go.
    private int generation;

    /// The next object of the zspage that is shown, in the second stage.
    private int nextObject;

    private long[] picked = new long[64];
    private int count;
    private long logicalBytes;
    private long storedBytes;
    private long fullChunks;

    PageVictims(ZsPool pool, StoredRoots roots, UsageBits usage, boolean isDryRun) {
        this.pool = pool;
        this.roots = roots;
        this.usage = usage;
        this.survey = pool.survey();
        this.isDryRun = isDryRun;
    }

    /// Begins a sweep.
    ///
    /// @param mostGeneration blobs of this generation ({@link UsageBits}) or an older one may go
    void restart(int mostGeneration) {
        generation = mostGeneration;
        stage = Stage.TOGETHER;
        group = FIRST_GROUP;
        survey.restart();
        nextObject = Integer.MAX_VALUE;
    }

    /// Whether the sweep has come to its end.
    boolean isOver() {
        return stage == Stage.OVER;
    }

    /// Goes on to the next blobs.
    ///
    /// @param mostLooks at how many zspages to look at most
    /// @return null when none were found: not yet, or not in this sweep ({@link #isOver})
    @Nullable Choice next(int mostLooks) {
        for (int looks = 0; looks < mostLooks && stage != Stage.OVER; looks++) {
            Choice choice = stage == Stage.LARGE ? nextLarge() : null;
            if (choice == null && survey.next(group)) {
                nextObject = 0;
                choice = look();
            } else if (choice == null && survey.isRoundOver()) {
                goOn();
            }
            if (choice != null) {
                return choice;
            }
        }
        return null;
    }

    private void goOn() {
        survey.restart();
        nextObject = Integer.MAX_VALUE;
        group++;
        if (group > LAST_GROUP) {
            group = FIRST_GROUP;
            stage =
                    switch (stage) {
                        case TOGETHER -> Stage.LARGE;
                        case LARGE -> Stage.SCATTERED;
                        case SCATTERED, OVER -> Stage.OVER;
                    };
        }
    }

    private @Nullable Choice look() {
        return switch (stage) {
            case TOGETHER -> isPickedTogether() ? choice(survey.pages(), 0) : null;
            case LARGE -> nextLarge();
            case SCATTERED -> scattered();
            case OVER -> null;
        };
    }

    /// Whether a blob may go, as far as its use tells.
    private boolean mayGo(long handle) {
        int ofHandle = usage.generation(handle);
        return isDryRun ? ofHandle == generation : ofHandle <= generation;
    }

    private boolean isPickedTogether() {
        for (int i = 0; i < survey.liveObjects(); i++) {
            // Whoever is in use is found without a look at an object.
            if (!mayGo(survey.handle(i))) {
                return false;
            }
        }
        beginPick();
        for (int i = 0; i < survey.liveObjects(); i++) {
            RootView root = rootOf(survey.handle(i));
            if (root == null || hasChunks(root)) {
                return false;
            }
            pick(survey.handle(i), root);
        }
        return count > 0;
    }

    private @Nullable Choice nextLarge() {
        while (nextObject < survey.liveObjects()) {
            long handle = survey.handle(nextObject++);
            RootView root = mayGo(handle) ? rootOf(handle) : null;
            if (root != null && fullChunks(root) > 0) {
                beginPick();
                pick(handle, root);
                return choice(fullChunks, scatteredBytes());
            }
        }
        return null;
    }

    private @Nullable Choice scattered() {
        if (isDryRun && isPickedTogether()) {
            // Chosen before.
            return null;
        }
        beginPick();
        for (int i = 0; i < survey.liveObjects(); i++) {
            long handle = survey.handle(i);
            RootView root = mayGo(handle) ? rootOf(handle) : null;
            // Large ones go one by one.
            if (root != null && fullChunks(root) == 0) {
                pick(handle, root);
            }
        }
        return count == 0 ? null : choice(fullChunks, scatteredBytes());
    }

    /// A zspage has as much room for each object, whatever its length.
    private long scatteredBytes() {
        long chunked = fullChunks * ChunkPlan.FULL_CHUNK_BYTES;
        return (long) count * survey.slotBytes() + (chunked == 0 ? 0 : storedBytes - chunked);
    }

    private void beginPick() {
        count = 0;
        logicalBytes = 0;
        storedBytes = 0;
        fullChunks = 0;
    }

    private void pick(long handle, RootView root) {
        if (count == picked.length) {
            picked = Arrays.copyOf(picked, 2 * count);
        }
        picked[count++] = handle;
        logicalBytes += root.sizeBytes();
        storedBytes += root.storedBytes();
        fullChunks += fullChunks(root);
    }

    private Choice choice(long pages, long scatteredBytes) {
        return new Choice(
                Arrays.copyOf(picked, count), pages, scatteredBytes, logicalBytes, storedBytes);
    }

    /// @return null for what is no root, or damaged, or gone
    private @Nullable RootView rootOf(long handle) {
        int length = pool.read(handle, object, 0);
        return length != ZsPool.NOT_LIVE && RootView.isSound(object, length)
                ? roots.viewOf(object)
                : null;
    }

    private static boolean hasChunks(RootView root) {
        return root.kind() == RootKind.DIRECT || root.kind() == RootKind.BRANCHED;
    }

    /// About: what is left of each block has half a chunk on average.
    private static long fullChunks(RootView root) {
        if (!hasChunks(root)) {
            return 0;
        }
        long chunks = root.storedBytes() / ChunkPlan.FULL_CHUNK_BYTES;
        return Math.max(0, chunks - (Blocks.count(root.sizeBytes()) - 1) / 2);
    }
}
