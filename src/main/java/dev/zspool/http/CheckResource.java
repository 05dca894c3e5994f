package dev.zspool.http;

import dev.zspool.blob.BlobStore;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// Looks the memory over while it is in use.
@Path("/v1/memory/check")
@Blocking
public final class CheckResource {

    private final BlobStore store;

    CheckResource(BlobStore store) {
        this.store = store;
    }

    /// Runs the checker over all pools, in slices that nobody waits long for.
    @GET
    @RolesAllowed(Roles.OPERATOR)
    @Produces(MediaType.APPLICATION_JSON)
    public CheckReport check() {
        return CheckReport.of(store.pools());
    }
}
