package dev.zspool.http;

import dev.zspool.observe.MemoryOverview;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// Where the memory is.
@Path("/v1/memory")
@Blocking
public final class MemoryResource {

    private final MemoryOverview memory;

    MemoryResource(MemoryOverview memory) {
        this.memory = memory;
    }

    /// The counters of the arena beside those of whoever has its frames.
    @GET
    @RolesAllowed(Roles.READER)
    @Produces(MediaType.APPLICATION_JSON)
    public MemoryStatistics statistics() {
        return MemoryStatistics.of(memory.now());
    }
}
