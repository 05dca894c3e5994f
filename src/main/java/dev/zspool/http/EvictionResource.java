package dev.zspool.http;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.EvictionTarget;
import dev.zspool.upkeep.EvictionReport;
import dev.zspool.upkeep.Upkeep;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.RestResponse;

/// Eviction of a pool's blobs: what it would bring, to run it, to end it.
@Path("/v1/pools/{pool}/eviction")
@NonBlocking
@Produces(MediaType.APPLICATION_JSON)
public final class EvictionResource {

    private final Pools pools;
    private final Upkeep upkeep;
    private final JsonBodies bodies;
    private final SmallBodies documents;

    EvictionResource(Pools pools, Upkeep upkeep, JsonBodies bodies, SmallBodies documents) {
        this.pools = pools;
        this.upkeep = upkeep;
        this.bodies = bodies;
        this.documents = documents;
    }

    /// A dry run: what an eviction would do now. Looks at many blobs.
    @GET
    @RolesAllowed(Roles.READER)
    @Blocking
    public EvictionPreview preview(@PathParam("pool") String pool, @Context UriInfo uri) {
        BlobPool found = require(pool);
        EvictionTarget target = EvictionRequest.of(QueryParameters.of(uri));
        return EvictionPreview.of(
                found.name(),
                isDeleted(found),
                found.keeper().eviction().preview(target),
                upkeep.evictionOf(found.name()));
    }

    /// Runs an eviction to its end, and answers then.
    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<EvictionSummary> run(
            @PathParam("pool") String pool, @Context HttpServerRequest request) {
        BlobPool found = require(pool);
        JsonBodies.requireType(request);
        return documents
                .receive(request)
                .map(body -> bodies.read(body, EvictionRequest.class).target())
                .flatMap(target ->
                        Uni.createFrom().completionStage(() -> upkeep.evict(found, target)))
                .map(report -> summary(found, report));
    }

    private static EvictionSummary summary(BlobPool pool, EvictionReport report) {
        return EvictionSummary.of(
                pool.name(),
                isDeleted(pool),
                report.result()
                        .orElseThrow(() ->
                                new ProblemException(
                                        ProblemCode.EVICTION_RUNNING,
                                        "Blobs of this pool are being evicted. Wait for the end,"
                                                + " or end it with DELETE.")),
                report);
    }

    /// Ends a running eviction after its step. What has left stays away.
    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    public RestResponse<Void> cancel(@PathParam("pool") String pool) {
        if (!upkeep.cancelEviction(pools.require(pool).name())) {
            throw new ProblemException(
                    ProblemCode.EVICTION_NOT_RUNNING, "No blobs of this pool are being evicted.");
        }
        return RestResponse.accepted();
    }

    private static boolean isDeleted(BlobPool pool) {
        return !pool.options().durability().isDurable();
    }

    private BlobPool require(String pool) {
        BlobPool found = pools.require(pool);
        if (!found.options().isEvictable()) {
            throw new ProblemException(
                    ProblemCode.NOT_EVICTABLE,
                    "The blobs of this pool are in memory only, and it is not a cache: see"
                            + " durability and full.");
        }
        return found;
    }
}
