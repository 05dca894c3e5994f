package dev.zspool.page;

/// How large an arena is.
///
/// @param sizeBytes the address range, a positive multiple of {@link Frames#PAGEBLOCK_BYTES}
/// @param limitPages the most pages (frames and pages of tables together) that may be in use
/// @param warmFrames the bound of the stock of free frames that stay backed
/// @param hugePages whether pageblocks that are in use as a whole shall be huge pages
public record ArenaOptions(long sizeBytes, long limitPages, int warmFrames, boolean hugePages) {
    /// 8 MiB: enough that steady traffic takes no page fault, too little for anyone to miss.
    public static final int DEFAULT_WARM_FRAMES = 2048;

    /// The most frames that an arena can have: 128 GiB less one frame, what the handle word can
    /// name.
    public static final long MAX_FRAMES = (1L << 25) - 1;

    public ArenaOptions {
        if (sizeBytes <= 0
                || sizeBytes % Frames.PAGEBLOCK_BYTES != 0
                || sizeBytes >> Frames.FRAME_SHIFT > MAX_FRAMES) {
            throw new IllegalArgumentException(
                    "sizeBytes="
                            + sizeBytes
                            + " must be a positive multiple of 2 MiB, below 128 GiB");
        }
        if (limitPages <= 0) {
            throw new IllegalArgumentException("limitPages=" + limitPages + " must be positive");
        }
        if (warmFrames < 0) {
            throw new IllegalArgumentException(
                    "warmFrames=" + warmFrames + " must not be negative");
        }
    }

    /// An arena without huge pages.
    public ArenaOptions(long sizeBytes, long limitPages, int warmFrames) {
        this(sizeBytes, limitPages, warmFrames, false);
    }

    /// An arena of this size whose limit is the size, with the usual stock of warm frames.
    public static ArenaOptions ofSize(long sizeBytes) {
        return new ArenaOptions(sizeBytes, sizeBytes >> Frames.FRAME_SHIFT, DEFAULT_WARM_FRAMES);
    }
}
