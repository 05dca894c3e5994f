package dev.zspool.page;

/// A run of neighbouring frames in one `long`, so that handing it over allocates nothing.
///
/// ```
///  63            52 51            42 41     25 24                     0
/// +----------------+----------------+---------+------------------------+
/// | warm frames    | frames         |    0    | first frame            |
/// +----------------+----------------+---------+------------------------+
/// ```
///
/// A run lies in one pageblock, so both counts are at most 512.
final class FrameRun {
    static final long NONE = 0L;

    private static final int WARM_SHIFT = 52;
    private static final int FRAMES_SHIFT = 42;
    private static final long COUNT_MASK = 0x3FF;
    private static final long START_MASK = (1L << 25) - 1;

    private FrameRun() {}

    static long of(int start, int frames, int warmFrames) {
        return (long) warmFrames << WARM_SHIFT | (long) frames << FRAMES_SHIFT | start;
    }

    static int start(long run) {
        return (int) (run & START_MASK);
    }

    static int frames(long run) {
        return (int) (run >>> FRAMES_SHIFT & COUNT_MASK);
    }

    static int warmFrames(long run) {
        return (int) (run >>> WARM_SHIFT & COUNT_MASK);
    }
}
