package dev.zspool.http;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// The pool that is there from the start, for tests that look behind the service.
final class DefaultPool {
    private DefaultPool() {}

    @Produces
    @Singleton
    static BlobPool pool(BlobStore store) {
        return store.pool("default").orElseThrow();
    }
}
