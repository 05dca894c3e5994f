package dev.zspool.page;

import java.util.List;

/// What a look over an arena that is in use has found.
///
/// @param violations what is wrong, in words that name the invariant
/// @param unverified what changed all the time and could not be compared
/// @param pageblocks how many pageblocks were recounted
/// @param cancelled whether it was told to end before it was done
public record ArenaCheckResult(
        List<String> violations, List<String> unverified, long pageblocks, boolean cancelled) {}
