package dev.zspool.observe;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/// Started as soon as it answers: the engine is made before, with the pools of its last life. That
/// blobs are still coming back into memory is told and waited for by nobody, since they can be
/// read.
@Startup
@Singleton
final class EngineStartup implements HealthCheck {

    private final BlobStore store;

    EngineStartup(BlobStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        List<BlobPool> pools = store.pools();
        long warmingUp =
                pools.stream().filter(pool -> !pool.keeper().warmUpProgress().isDone()).count();
        return HealthCheckResponse.named("engine")
                .up()
                .withData("pools", pools.size())
                .withData("poolsComingBackIntoMemory", warmingUp)
                .build();
    }
}
