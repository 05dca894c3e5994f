package dev.zspool.observe;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
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
        long blobs = 0;
        List<BlobPool> pools = store.pools();
        for (BlobPool pool : pools) {
            blobs += pool.stats().blobs();
        }
        return HealthCheckResponse.named("pools")
                .up()
                .withData("pools", pools.size())
                .withData("blobs", blobs)
                .build();
    }
}
