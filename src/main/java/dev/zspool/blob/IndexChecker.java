package dev.zspool.blob;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import dev.zspool.page.PageArena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A read-only walk over an index that names every broken invariant (`docs/invariants.md`):
///
/// - I-12: the directory has a power of two of words, each segment has exactly the aligned range of
///   them that its depth says, with a stamp and an owned frame that no other has; the directory is
///   as small as its deepest segment allows. A segment's descriptor leads back to its range.
/// - I-13: every entry lies in the segment and at a place where its tag is looked for, and leads to
///   a handle; a segment's count is that of its entries.
/// - I-14: the counts of entries and of frames are those of all segments. (Not looked at where one
///   of the others is broken.)
///
/// Of one call, under the lock of the index.
final class IndexChecker {
    private static final int MOST_VIOLATIONS = 100;

    private final PageArena arena;
    private final IndexSegment segments;
    private final IndexDirectory directory;
    private final List<String> violations = new ArrayList<>();
    private final Set<Integer> seenFrames = new HashSet<>();
    private long countedEntries;
    private int deepest;

    IndexChecker(PageArena arena, IndexSegment segments, IndexDirectory directory) {
        this.arena = arena;
        this.segments = segments;
        this.directory = directory;
    }

    /// @param entries how many entries the index counts
    /// @param frames how many frames the index counts
    /// @param nextStamp a stamp that no segment has had yet
    List<String> check(long entries, int frames, long nextStamp) {
        expect(
                directory.depth() <= IndexDirectory.MAX_DEPTH
                        && directory.size() == 1 << directory.depth(),
                "I-12 directory: %d words, depth %d",
                directory.size(),
                directory.depth());
        int index = 0;
        while (index < directory.size()) {
            index += checkSegment(index, nextStamp);
        }
        expect(
                deepest == directory.depth(),
                "I-12 directory: depth %d, the deepest segment has %d",
                directory.depth(),
                deepest);
        if (violations.isEmpty()) {
            checkCounts(entries, frames);
        }
        return violations;
    }

    /// Looks one segment over: for an index in use, where only the lock keeps things still.
    ///
    /// @param hash any hash that it is for
    /// @param into receives what is wrong
    /// @return the first hash behind those that it is for, 0 behind the last one
    long checkOne(long hash, long nextStamp, List<String> into) {
        int index = directory.indexOf(hash);
        int depth = segments.depth(IndexDirectory.frame(directory.get(index)));
        int unused = directory.depth() - Math.clamp(depth, 0, directory.depth());
        int aligned = index >>> unused << unused;
        int first = directory.get(aligned) == directory.get(index) ? aligned : index;
        // Beyond the one asked for in any case: a broken directory must not lead in circles.
        int next = Math.max(first + checkSegment(first, nextStamp), index + 1);
        into.addAll(violations);
        return next >= directory.size() ? 0 : (long) next << (Long.SIZE - directory.depth());
    }

    private void checkCounts(long entries, int frames) {
        expect(
                countedEntries == entries,
                "I-14 index: %d entries counted, %d in the segments",
                entries,
                countedEntries);
        expect(
                seenFrames.size() == frames,
                "I-14 index: %d frames counted, %d in the directory",
                frames,
                seenFrames.size());
    }

    /// @return how many words to go on
    private int checkSegment(int index, long nextStamp) {
        long word = directory.get(index);
        int frame = IndexDirectory.frame(word);
        if (!arena.isOwned(frame) || !seenFrames.add(frame)) {
            report("I-12 directory word %d: frame %d is not its own", index, frame);
            return 1;
        }
        expect(
                IndexDirectory.stamp(word) > 0 && IndexDirectory.stamp(word) < nextStamp,
                "I-12 directory word %d: stamp %d was never given",
                index,
                IndexDirectory.stamp(word));
        int depth = segments.depth(frame);
        if (depth < 0 || depth > directory.depth()) {
            report("I-12 segment %d: depth %d of %d", frame, depth, directory.depth());
            return 1;
        }
        deepest = Math.max(deepest, depth);
        int span = 1 << (directory.depth() - depth);
        int equal = 1;
        while (index + equal < directory.size() && directory.get(index + equal) == word) {
            equal++;
        }
        if (equal == span && index % span == 0) {
            long hash =
                    directory.depth() == 0 ? 0 : (long) index << (Long.SIZE - directory.depth());
            long descriptor = segments.descriptor(frame);
            expect(
                    IndexDescriptor.putBack(descriptor) == IndexDescriptor.of(hash, depth),
                    "I-12 segment %d: its descriptor %016x does not lead back",
                    frame,
                    descriptor);
            checkEntries(frame, index >>> (directory.depth() - depth), depth);
        } else {
            report("I-12 segment %d: depth %d, %d words from %d on", frame, depth, equal, index);
        }
        return equal;
    }

    private void checkEntries(int frame, int prefix, int depth) {
        int found = 0;
        for (int place = 0; place < IndexSegment.CAPACITY; place++) {
            long entry = segments.entryAt(frame, place);
            if (entry != 0) {
                found++;
                int tag = IndexSegment.tag(entry);
                expect(
                        IndexSegment.handle(entry) != 0
                                && IndexDirectory.prefixOf(tag, depth) == prefix
                                && IndexSegment.isPlaceOf(tag, place),
                        "I-13 segment %d place %d: entry %016x is not looked for there",
                        frame,
                        place,
                        entry);
            }
        }
        expect(
                found == segments.count(frame),
                "I-13 segment %d: %d entries counted, %d there",
                frame,
                segments.count(frame),
                found);
        countedEntries += found;
    }

    @FormatMethod
    private void expect(boolean holds, @FormatString String violation, Object... arguments) {
        if (!holds) {
            report(violation, arguments);
        }
    }

    @FormatMethod
    private void report(@FormatString String violation, Object... arguments) {
        if (violations.size() < MOST_VIOLATIONS) {
            violations.add(String.format(Locale.ROOT, violation, arguments));
        }
    }
}
