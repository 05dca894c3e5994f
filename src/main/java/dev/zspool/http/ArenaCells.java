package dev.zspool.http;

import dev.zspool.observe.ArenaMap;
import dev.zspool.page.Frames;
import dev.zspool.zsmalloc.PoolGeometry;
import java.util.List;
import java.util.stream.IntStream;

/// A part of the arena as cells, for a picture.
///
/// @param totalFrames frames of the arena
/// @param firstFrame where the first cell begins
/// @param frames how many frames the cells cover
/// @param framesPerCell frames of a cell, a power of two; the last cell may have fewer
/// @param used frames of each cell that are in use and not isolated
/// @param isolated those whose page is isolated
/// @param warm those that are free and still backed
/// @param released the others
/// @param classes the size class of most of its pages; -1 for none
/// @param pools the pool of most of its pages, by the place of its name; -1 for none
/// @param poolNames names of pools
/// @param classSizes bytes of a slot, by size class
public record ArenaCells(
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
        List<Integer> classSizes) {

    /// The chain size changes which classes there are, and not their sizes.
    private static final PoolGeometry GEOMETRY =
            new PoolGeometry(Frames.FRAME_BYTES, PoolGeometry.MIN_CHAIN_SIZE);

    private static final List<Integer> CLASS_SIZES =
            IntStream.range(0, GEOMETRY.nominalClasses())
                    .map(GEOMETRY::nominalSizeBytes)
                    .boxed()
                    .toList();

    static ArenaCells of(ArenaMap map) {
        return new ArenaCells(
                map.totalFrames(),
                map.firstFrame(),
                map.frames(),
                map.framesPerCell(),
                map.used(),
                map.isolated(),
                map.warm(),
                map.released(),
                map.classes(),
                map.pools(),
                map.poolNames(),
                CLASS_SIZES);
    }
}
