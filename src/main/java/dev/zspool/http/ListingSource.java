package dev.zspool.http;

import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobListing;
import java.util.List;

/// A walk over the blobs of a pool, in parts. Used by one thread at a time.
interface ListingSource {

    /// The next blobs; none is not the end.
    ///
    /// @param limit how many at most, positive
    List<BlobInfo> next(int limit);

    /// Whether the next part may wait for the disk: then it is not for an event loop.
    boolean mayBlock();

    /// Whether it broke off because the disk cannot be read.
    boolean isUnreadable();

    boolean isAtEnd();

    static ListingSource of(BlobListing listing) {
        return new ListingSource() {
            @Override
            public List<BlobInfo> next(int limit) {
                return listing.next(limit);
            }

            @Override
            public boolean mayBlock() {
                return listing.mayBlock();
            }

            @Override
            public boolean isUnreadable() {
                return listing.isUnreadable();
            }

            @Override
            public boolean isAtEnd() {
                return listing.isAtEnd();
            }
        };
    }
}
