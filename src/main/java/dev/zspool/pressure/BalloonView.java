package dev.zspool.pressure;

/// A standing cut of what the arena may take.
///
/// @param wantedBytes the cut; 0 without a balloon
/// @param reachedBytes how much of it is not in use by now
/// @param freePageblocks of the pageblocks of 2 MiB that what the arena may take without a balloon
///   makes, those without any memory
/// @param leaseNanosLeft after how long it goes by itself; negative for never
public record BalloonView(
        long wantedBytes, long reachedBytes, long freePageblocks, long leaseNanosLeft) {}
