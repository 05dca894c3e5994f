package dev.zspool.http;

import dev.zspool.blob.BlobStore;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// Which pools there are.
@Path("/v1/pools")
@Blocking
public final class PoolListResource {

    private final BlobStore store;

    PoolListResource(BlobStore store) {
        this.store = store;
    }

    /// All pools and what they say about themselves.
    @GET
    @RolesAllowed(Roles.READER)
    @Produces(MediaType.APPLICATION_JSON)
    public PoolList list() {
        return PoolList.of(store);
    }
}
