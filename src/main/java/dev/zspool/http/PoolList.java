package dev.zspool.http;

import dev.zspool.blob.BlobStore;
import java.util.List;

/// All pools.
///
/// @param pools what each says about itself, in the order of their names
public record PoolList(List<PoolStatistics> pools) {

    static PoolList of(BlobStore store) {
        return new PoolList(store.pools().stream().map(PoolStatistics::of).toList());
    }
}
