package dev.zspool.observe;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/// Ready as soon as the pools answer. A full pool is ready too: it still reads and deletes.
@Readiness
@Singleton
final class PoolReadiness implements HealthCheck {

    private final BlobStore store;

    PoolReadiness(BlobStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("pools").up();
        for (BlobPool pool : store.pools()) {
            response.withData(pool.name() + ".blobs", pool.stats().blobs());
        }
        return response.build();
    }
}
