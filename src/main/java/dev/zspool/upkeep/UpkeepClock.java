package dev.zspool.upkeep;

import java.util.function.LongSupplier;

/// Time as upkeep sees it: handed in, so that tests make their own.
///
/// @param nanoClock a time in nanoseconds that never goes back
/// @param pauser lets a thread rest
public record UpkeepClock(LongSupplier nanoClock, Pauser pauser) {}
