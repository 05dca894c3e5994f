package dev.zspool.http;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import jakarta.inject.Singleton;

/// The pools by name.
@Singleton
final class Pools {

    private final BlobStore store;

    Pools(BlobStore store) {
        this.store = store;
    }

    /// The pool of that name, or a problem.
    BlobPool require(String name) {
        return store.pool(name).orElseThrow(BlobProblems::noPool);
    }
}
