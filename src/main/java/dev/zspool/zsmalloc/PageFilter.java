package dev.zspool.zsmalloc;

import java.util.Optional;
import java.util.OptionalInt;

/// Which pages to list; what is empty does not matter.
///
/// @param classIndex pages of this size class
/// @param fullnessGroup pages of zspages in this fullness group, 0 to 11
/// @param isIsolated pages that are isolated, or that are not
public record PageFilter(
        OptionalInt classIndex, OptionalInt fullnessGroup, Optional<Boolean> isIsolated) {
    /// Every page.
    public static final PageFilter ALL =
            new PageFilter(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

    boolean accepts(int pageClass, int pageGroup, boolean pageIsIsolated) {
        return classIndex.orElse(pageClass) == pageClass
                && fullnessGroup.orElse(pageGroup) == pageGroup
                && isIsolated.orElse(pageIsIsolated) == pageIsIsolated;
    }
}
