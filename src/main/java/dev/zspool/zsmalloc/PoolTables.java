package dev.zspool.zsmalloc;

import dev.zspool.page.Frames;
import dev.zspool.page.OutOfAddressSpaceException;
import dev.zspool.page.PageArena;

/// What a pool has off the heap beside its frames.
///
/// @param zspages the descriptors of its zspages
/// @param handles the words behind its handles
record PoolTables(ZspageTable zspages, HandleTable handles) {
    /// Takes address space for the tables of a pool; all or none.
    ///
    /// @throws OutOfAddressSpaceException when there is none
    static PoolTables reserve(PageArena arena, int versionBits) {
        long maxObjects =
                (long) arena.totalFrames() * (Frames.FRAME_BYTES / PoolGeometry.MIN_SLOT_BYTES);
        ZspageTable zspages = new ZspageTable(arena);
        try {
            return new PoolTables(zspages, new HandleTable(arena, maxObjects, versionBits));
        } catch (OutOfAddressSpaceException refused) {
            zspages.ids().close();
            throw refused;
        }
    }

    /// Gives memory and address space back. Called once.
    void close() {
        handles.close();
        zspages.ids().close();
    }
}
