package dev.zspool.http;

import dev.zspool.observe.MemoryPressure;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// How short memory is, and what is done about it.
@Path("/v1/memory/pressure")
@Blocking
public final class PressureResource {

    private final MemoryPressure pressure;

    PressureResource(MemoryPressure pressure) {
        this.pressure = pressure;
    }

    /// What the last look at the machine found, and what followed from it.
    @GET
    @RolesAllowed(Roles.READER)
    @Produces(MediaType.APPLICATION_JSON)
    public PressureStatistics statistics() {
        return PressureStatistics.of(pressure.now());
    }
}
