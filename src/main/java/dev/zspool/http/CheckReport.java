package dev.zspool.http;

import dev.zspool.blob.BlobPool;
import dev.zspool.zsmalloc.LiveCheckResult;
import java.util.ArrayList;
import java.util.List;

/// What a look over the pools in use has found.
///
/// @param sound whether no violation was found
/// @param violations what is wrong
/// @param checked how much was looked at
/// @param unverified what could not be compared, since it changed all the time
public record CheckReport(
        boolean sound, List<Finding> violations, Checked checked, List<Finding> unverified) {

    /// A line about a pool.
    ///
    /// @param pool the pool's name
    /// @param text begins with the name of the invariant
    public record Finding(String pool, String text) {}

    /// How much was looked at, in all pools.
    ///
    /// @param pools pools
    /// @param zspages zspages, with their slots and free lists
    /// @param handles live handles that were followed to their objects
    /// @param handlePages pages of the handle tables
    /// @param pageblocks pageblocks that were recounted, once for each pool
    public record Checked(
            long pools, long zspages, long handles, long handlePages, long pageblocks) {}

    static CheckReport of(List<BlobPool> pools) {
        List<Finding> violations = new ArrayList<>();
        List<Finding> unverified = new ArrayList<>();
        Checked checked = new Checked(0, 0, 0, 0, 0);
        for (BlobPool pool : pools) {
            LiveCheckResult result = pool.checkLive();
            result.violations().forEach(text -> violations.add(new Finding(pool.name(), text)));
            result.unverified().forEach(text -> unverified.add(new Finding(pool.name(), text)));
            checked =
                    new Checked(
                            checked.pools() + 1,
                            checked.zspages() + result.zspages(),
                            checked.handles() + result.handles(),
                            checked.handlePages() + result.handlePages(),
                            checked.pageblocks() + result.pageblocks());
        }
        return new CheckReport(violations.isEmpty(), violations, checked, unverified);
    }
}
