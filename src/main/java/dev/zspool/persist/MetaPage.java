package dev.zspool.persist;

import java.util.List;

/// Some meta records in the order of (hash, handle).
///
/// @param damaged records that were left out because their bytes are damaged
/// @param isAtEnd whether there is nothing behind the last one
public record MetaPage(List<BlobMeta> blobs, int damaged, boolean isAtEnd) {
    public MetaPage {
        blobs = List.copyOf(blobs);
    }
}
