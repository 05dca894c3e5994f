package dev.zspool.zsmalloc;

/// A page of a pool at one moment.
///
/// @param frame the frame it is in
/// @param zspage its zspage's number in the pool
/// @param position its place in the chain, from 0
/// @param pagesPerZspage how many pages the chain has
/// @param classIndex the size class
/// @param slotBytes bytes of a slot of that class
/// @param fullnessGroup the zspage's fullness group, 0 to 11
/// @param zspageLiveObjects objects in the whole zspage
/// @param zspageSlots slots of the whole zspage
/// @param liveObjects objects with a byte on this page
/// @param isIsolated whether this page is isolated
public record PageInfo(
        int frame,
        int zspage,
        int position,
        int pagesPerZspage,
        int classIndex,
        int slotBytes,
        int fullnessGroup,
        int zspageLiveObjects,
        int zspageSlots,
        int liveObjects,
        boolean isIsolated) {}
