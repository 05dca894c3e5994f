package dev.zspool.pressure;

import dev.zspool.page.Frames;
import java.util.List;

/// What of the memory is for what: from the container's limit, or half of the machine's memory
/// without one, everything else that the process needs is taken off, and the rest is for blobs. A
/// pure function.
///
/// It is where the service begins. What others in the container really take is seen ten times a
/// second, and less is used while they take more.
///
/// @param basisBytes what is to be shared out
/// @param isLimited whether a container sets that
/// @param parts what is taken off, in the order of a table
/// @param arenaBytes what is left for blobs, their index and their tables
public record MemoryPlan(long basisBytes, boolean isLimited, List<Part> parts, long arenaBytes) {
    /// Below it nothing useful fits: then the policy has to see how it gets on.
    static final long LEAST_ARENA_BYTES = 8 * Frames.PAGEBLOCK_BYTES;

    /// What is left to others in the container, and to what is not foreseen.
    private static final int RESERVE_PERCENT = 8;

    private static final long LEAST_RESERVE_BYTES = 24L << 20;
    private static final long MOST_RESERVE_BYTES = 1L << 30;

    public MemoryPlan {
        parts = List.copyOf(parts);
    }

    /// One thing that takes memory.
    ///
    /// @param name for people
    /// @param bytes what it is expected to take at most
    public record Part(String name, long bytes) {}

    /// What else the process is expected to take.
    ///
    /// @param heapBytes the heap's bound
    /// @param directBytes the bound of buffers outside the heap
    /// @param metaspaceBytes classes
    /// @param codeCacheBytes compiled code
    /// @param stackBytes stacks of threads
    /// @param journalBytes the journal's memory outside the heap
    public record Others(
            long heapBytes,
            long directBytes,
            long metaspaceBytes,
            long codeCacheBytes,
            long stackBytes,
            long journalBytes) {}

    /// Shares out.
    ///
    /// @param limitBytes the container's, {@link PressureView#UNLIMITED} for none
    /// @param machineBytes what the machine has
    public static MemoryPlan of(long limitBytes, long machineBytes, Others others) {
        boolean isLimited = limitBytes < machineBytes;
        long basis = isLimited ? limitBytes : machineBytes / 2;
        long reserve =
                Math.clamp(basis / 100 * RESERVE_PERCENT, LEAST_RESERVE_BYTES, MOST_RESERVE_BYTES);
        List<Part> parts =
                List.of(
                        new Part("heap", others.heapBytes),
                        new Part("direct buffers", others.directBytes),
                        new Part("metaspace", others.metaspaceBytes),
                        new Part("code cache", others.codeCacheBytes),
                        new Part("thread stacks", others.stackBytes),
                        new Part("journal", others.journalBytes),
                        new Part("reserve", reserve));
        long left = basis - parts.stream().mapToLong(Part::bytes).sum();
        long arena = Math.max(LEAST_ARENA_BYTES, left) & -Frames.FRAME_BYTES;
        return new MemoryPlan(basis, isLimited, parts, arena);
    }

    /// The same where somebody has said what the arena may take.
    public MemoryPlan withArena(long bytes) {
        return new MemoryPlan(basisBytes, isLimited, parts, bytes);
    }
}
