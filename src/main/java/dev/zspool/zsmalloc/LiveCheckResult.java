package dev.zspool.zsmalloc;

import java.util.List;

/// What a look over a pool that is in use has found.
///
/// @param violations what is wrong, in words that name the invariant; empty when nothing was found
/// @param unverified what changed all the time and could not be compared
/// @param zspages how many zspages were looked at
/// @param handles how many live handles were followed to their objects
/// @param handlePages how many pages of the handle table were looked at
/// @param pageblocks how many pageblocks of the arena were recounted
/// @param cancelled whether it was told to end before it was done
public record LiveCheckResult(
        List<String> violations,
        List<String> unverified,
        long zspages,
        long handles,
        long handlePages,
        long pageblocks,
        boolean cancelled) {

    /// The same with more violations.
    public LiveCheckResult withViolations(List<String> all) {
        return new LiveCheckResult(
                List.copyOf(all), unverified, zspages, handles, handlePages, pageblocks, cancelled);
    }
}
