package dev.zspool.http;

import dev.zspool.blob.BlobPool;
import dev.zspool.upkeep.ScrubReport;
import dev.zspool.upkeep.Upkeep;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// Verification of what a durable pool has on the disk: to run it, to see how far it is, to end it.
@Path("/v1/pools/{pool}/scrub")
@NonBlocking
@Produces(MediaType.APPLICATION_JSON)
public final class ScrubResource {

    private final Pools pools;
    private final Upkeep upkeep;

    ScrubResource(Pools pools, Upkeep upkeep) {
        this.pools = pools;
        this.upkeep = upkeep;
    }

    /// How far the running one is.
    @GET
    @RolesAllowed(Roles.READER)
    public ScrubProgress progress(@PathParam("pool") String pool) {
        String found = pools.require(pool).name();
        return ScrubProgress.of(
                found, upkeep.scrubOf(found).orElseThrow(ScrubResource::notRunning));
    }

    /// Runs a scrub to its end, and answers then.
    @POST
    @RolesAllowed(Roles.OPERATOR)
    public Uni<ScrubSummary> run(@PathParam("pool") String pool) {
        BlobPool found = pools.require(pool);
        if (!found.options().durability().isDurable()) {
            throw new ProblemException(
                    ProblemCode.NOT_DURABLE,
                    "The pool's blobs are in memory only: see its durability.");
        }
        return Uni.createFrom()
                .completionStage(() -> upkeep.scrub(found))
                .map(report -> summary(found.name(), report));
    }

    private static ScrubSummary summary(String pool, ScrubReport report) {
        return ScrubSummary.of(
                pool,
                report.outcome()
                        .orElseThrow(() ->
                                new ProblemException(
                                        ProblemCode.SCRUB_RUNNING,
                                        "This pool is being scrubbed. Wait for its end, or end it"
                                                + " with DELETE.")),
                report);
    }

    /// Ends a running scrub after its blob. What it repaired stays repaired.
    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    public RestResponse<Void> cancel(@PathParam("pool") String pool) {
        if (!upkeep.cancelScrub(pools.require(pool).name())) {
            throw notRunning();
        }
        return RestResponse.accepted();
    }

    private static ProblemException notRunning() {
        return new ProblemException(
                ProblemCode.SCRUB_NOT_RUNNING, "This pool is not being scrubbed.");
    }
}
