package dev.zspool.testkit;

import java.util.List;

/// Where a random test takes its decisions from: a seed, or a fuzzer's bytes.
public interface Choices {
    /// A number in `[0, bound)`.
    int below(int bound);

    /// Whether there is anything left to decide from.
    boolean hasMore();

    /// A number in `[from, to]`.
    default int between(int from, int to) {
        return from + below(to - from + 1);
    }

    /// True in `percent` of 100 cases.
    default boolean chance(int percent) {
        return below(100) < percent;
    }

    default <T> T oneOf(List<T> list) {
        return list.get(below(list.size()));
    }
}
