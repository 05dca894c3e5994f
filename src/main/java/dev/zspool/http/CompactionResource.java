package dev.zspool.http;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.ClassRow;
import dev.zspool.upkeep.CompactionReport;
import dev.zspool.upkeep.Upkeep;
import dev.zspool.zsmalloc.CompactionResult;
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

/// Compaction of a pool: what it would bring, to run it, to end it.
@Path("/v1/pools/{pool}/compaction")
@NonBlocking
@Produces(MediaType.APPLICATION_JSON)
public final class CompactionResource {

    private final Pools pools;
    private final Upkeep upkeep;

    CompactionResource(Pools pools, Upkeep upkeep) {
        this.pools = pools;
        this.upkeep = upkeep;
    }

    /// A dry run: what a compaction would free now.
    @GET
    @RolesAllowed(Roles.READER)
    public CompactionPreview preview(@PathParam("pool") String pool) {
        BlobPool found = pools.require(pool);
        return CompactionPreview.of(
                found.name(),
                found.classes().stream().mapToLong(ClassRow::reclaimablePages).sum(),
                upkeep.compactionOf(found.name()));
    }

    /// Runs a compaction to its end, and answers then.
    @POST
    @RolesAllowed(Roles.OPERATOR)
    public Uni<CompactionSummary> run(@PathParam("pool") String pool) {
        BlobPool found = pools.require(pool);
        return Uni.createFrom()
                .completionStage(() -> upkeep.compact(found))
                .map(report -> summary(found.name(), report));
    }

    private static CompactionSummary summary(String pool, CompactionReport report) {
        if (report.result().outcome() == CompactionResult.Outcome.BUSY) {
            throw new ProblemException(
                    ProblemCode.COMPACTION_RUNNING,
                    "This pool is being compacted. Wait for its end, or end it with DELETE.");
        }
        return CompactionSummary.of(pool, report);
    }

    /// Ends a running compaction after its slice. What it moved stays moved.
    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    public RestResponse<Void> cancel(@PathParam("pool") String pool) {
        if (!upkeep.cancelCompaction(pools.require(pool).name())) {
            throw new ProblemException(
                    ProblemCode.COMPACTION_NOT_RUNNING, "This pool is not being compacted.");
        }
        return RestResponse.accepted();
    }
}
