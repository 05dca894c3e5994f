package dev.zspool.persist;

import java.util.List;
import java.util.stream.Collectors;

/// What is in a snapshot, as lines of text.
///
/// @param lastSequence the greatest one
/// @param lines of its pools
record SnapshotManifest(long lastSequence, List<String> lines) {
    SnapshotManifest {
        lines = List.copyOf(lines);
    }

    static SnapshotManifest of(JournalPools pools) {
        List<String> lines =
                pools.list().stream()
                        .map(pool -> {
                            PoolTotals totals = pools.totals(pool.poolId());
                            return "pool "
                                    + pool.poolId()
                                    + " "
                                    + pool.definition().name()
                                    + " blobs "
                                    + totals.blobs()
                                    + " bytes "
                                    + totals.logicalBytes()
                                    + " stored "
                                    + totals.storedBytes();
                        })
                        .toList();
        return new SnapshotManifest(pools.lastSequence(), lines);
    }

    String text() {
        return lines.stream()
                .collect(
                        Collectors.joining(
                                "\n",
                                "zspool snapshot, format "
                                        + DataDirectory.FORMAT
                                        + "\nlast sequence "
                                        + lastSequence
                                        + "\n",
                                "\n"));
    }
}
