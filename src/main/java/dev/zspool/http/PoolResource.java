package dev.zspool.http;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// What a pool says about itself.
@Path("/v1/pools/{pool}")
@NonBlocking
public final class PoolResource {

    private final Pools pools;

    PoolResource(Pools pools) {
        this.pools = pools;
    }

    /// The counters of zram's `mm_stat`, by their names.
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public PoolStatistics statistics(@PathParam("pool") String pool) {
        return PoolStatistics.of(pools.require(pool));
    }

    /// The size classes and how full their zspages are.
    @GET
    @Path("/classes")
    @Produces(MediaType.APPLICATION_JSON)
    public ClassStatistics classes(@PathParam("pool") String pool) {
        return ClassStatistics.of(pools.require(pool));
    }

    /// The same in the columns of the kernel's debugfs file `zsmalloc/<pool>/classes`.
    @GET
    @Path("/classes")
    @Produces("text/plain;charset=UTF-8")
    public String classesTable(@PathParam("pool") String pool) {
        return ClassTable.of(pools.require(pool).classes());
    }
}
