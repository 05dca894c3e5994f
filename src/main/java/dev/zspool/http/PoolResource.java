package dev.zspool.http;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.BlobStore;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.function.Supplier;
import org.jboss.resteasy.reactive.RestResponse;

/// One pool: how it is set up, and what it says about itself.
@Path("/v1/pools/{pool}")
@NonBlocking
public final class PoolResource {

    private final Pools pools;
    private final BlobStore store;
    private final Supplier<BlobPoolOptions> defaults;
    private final JsonBodies bodies;
    private final SmallBodies documents;

    PoolResource(
            Pools pools,
            BlobStore store,
            Supplier<BlobPoolOptions> defaults,
            JsonBodies bodies,
            SmallBodies documents) {
        this.bodies = bodies;
        this.documents = documents;
        this.pools = pools;
        this.store = store;
        this.defaults = defaults;
    }

    /// Makes the pool, or sets it up anew: 201 or 200, and how it is now.
    @PUT
    @RolesAllowed(Roles.OPERATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<PoolSettings>> put(
            @PathParam("pool") String pool, @Context HttpServerRequest request) {
        PoolNames.require(pool);
        Preconditions.requireNone(request.headers());
        return documents
                .receive(request)
                .map(body -> wanted(body, request))
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(wanted -> put(pool, wanted));
    }

    /// No body asks for a pool as the configuration says.
    private PoolRequest wanted(byte[] body, HttpServerRequest request) {
        if (body.length == 0) {
            return PoolRequest.DEFAULTS;
        }
        JsonBodies.requireType(request);
        return bodies.read(body, PoolRequest.class);
    }

    private RestResponse<PoolSettings> put(String pool, PoolRequest wanted) {
        BlobPoolOptions options =
                wanted.options(pool, defaults.get(), store.pool(pool).map(BlobPool::options));
        RestResponse.Status status =
                switch (store.put(options)) {
                    case CREATED -> RestResponse.Status.CREATED;
                    case CHANGED, UNCHANGED -> RestResponse.Status.OK;
                    case OTHER_CHAIN_SIZE -> throw PoolProblems.otherChainSize();
                    case OTHER_DURABILITY -> throw PoolProblems.otherDurability();
                    case DISK_FULL -> throw PoolProblems.diskFull();
                    case DISK_FAILED -> throw BlobProblems.diskFailed();
                    case TOO_MANY -> throw PoolProblems.tooMany(store.mostPools());
                    case OUT_OF_MEMORY -> throw PoolProblems.noMemory();
                };
        return RestResponse.ResponseBuilder.<PoolSettings>create(status)
                .entity(PoolSettings.of(options))
                .build();
    }

    /// Destroys the pool.
    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    @Blocking
    public RestResponse<Void> delete(
            @PathParam("pool") String pool,
            @Context UriInfo uri,
            @Context HttpServerRequest request) {
        Preconditions.requireNone(request.headers());
        boolean isForced = QueryParameters.of(uri).flag("force").orElse(false);
        return switch (store.remove(pool, isForced)) {
            case REMOVED -> RestResponse.noContent();
            case MISSING -> throw BlobProblems.noPool();
            case NOT_EMPTY -> throw PoolProblems.notEmpty();
            case DISK_FAILED -> throw BlobProblems.diskFailed();
        };
    }

    /// The counters of zram's `mm_stat`, by their names.
    @GET
    @RolesAllowed(Roles.READER)
    @Produces(MediaType.APPLICATION_JSON)
    public PoolStatistics statistics(@PathParam("pool") String pool) {
        return PoolStatistics.of(pools.require(pool));
    }

    /// The size classes and how full their zspages are.
    @GET
    @RolesAllowed(Roles.READER)
    @Path("/classes")
    @Produces(MediaType.APPLICATION_JSON)
    public ClassStatistics classes(@PathParam("pool") String pool) {
        return ClassStatistics.of(pools.require(pool));
    }

    /// The same in the columns of the kernel's debugfs file `zsmalloc/<pool>/classes`.
    @GET
    @RolesAllowed(Roles.READER)
    @Path("/classes")
    @Produces("text/plain;charset=UTF-8")
    public String classesTable(@PathParam("pool") String pool) {
        return ClassTable.of(pools.require(pool).classes());
    }
}
