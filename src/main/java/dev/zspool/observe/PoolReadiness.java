package dev.zspool.observe;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobStore;
import dev.zspool.persist.Journal;
import dev.zspool.persist.JournalState;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready as long as blobs can be read: from the start until the engine stops. A full pool is ready
/// too, and so is one that is still coming back into memory; short memory, a full disk and a failed
/// one are the matter of {@link WriteReadiness}. To take the only pod away would cure none of them.
@Readiness
@Singleton
final class PoolReadiness implements HealthCheck {

    private final BlobStore store;
    private final Instance<Journal> journals;

    PoolReadiness(BlobStore store, Instance<Journal> journals) {
        this.store = store;
        this.journals = journals;
    }

    @Override
    public HealthCheckResponse call() {
        long blobs = 0;
        List<BlobPool> pools = store.pools();
        for (BlobPool pool : pools) {
            blobs += pool.stats().blobs();
        }
        return response(
                journals.isResolvable() ? journals.get().state() : JournalState.OPEN,
                pools.size(),
                blobs);
    }

    static HealthCheckResponse response(JournalState state, int pools, long blobs) {
        return HealthCheckResponse.named("pools")
                .status(state != JournalState.CLOSED)
                .withData("pools", pools)
                .withData("blobs", blobs)
                .build();
    }
}
