package dev.zspool.observe;

import java.util.List;

/// A part of the arena as cells of as many frames each, the last one aside. All lists have one
/// entry a cell but the last two.
///
/// @param totalFrames frames of the arena
/// @param firstFrame where the first cell begins
/// @param frames how many frames the cells cover
/// @param framesPerCell a power of two
/// @param used frames that somebody has, isolated ones aside
/// @param isolated frames whose page is isolated
/// @param warm frames that are free and backed by memory
/// @param released all others
/// @param classes the size class that most pages of the cell have, {@link #NONE} for none
/// @param pools the pool that most pages of the cell have, by its place in `poolNames`, {@link
///   #NONE} for none
/// @param poolNames pools that `pools` leads to
/// @param lookedAtFrames how many frames were looked at one by one
public record ArenaMap(
        int totalFrames,
        int firstFrame,
        int frames,
        int framesPerCell,
        List<Integer> used,
        List<Integer> isolated,
        List<Integer> warm,
        List<Integer> released,
        List<Integer> classes,
        List<Integer> pools,
        List<String> poolNames,
        int lookedAtFrames) {
    /// No class, or no pool; or nobody has looked.
    public static final int NONE = -1;

    public ArenaMap {
        used = List.copyOf(used);
        isolated = List.copyOf(isolated);
        warm = List.copyOf(warm);
        released = List.copyOf(released);
        classes = List.copyOf(classes);
        pools = List.copyOf(pools);
        poolNames = List.copyOf(poolNames);
    }
}
