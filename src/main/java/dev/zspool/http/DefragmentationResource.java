package dev.zspool.http;

import dev.zspool.page.DefragmentationResult;
import dev.zspool.upkeep.DefragmentationReport;
import dev.zspool.upkeep.Upkeep;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// Defragmentation of the arena: what it would bring, to run it, to end it.
@Path("/v1/memory/defragmentation")
@NonBlocking
@Produces(MediaType.APPLICATION_JSON)
public final class DefragmentationResource {

    private final Upkeep upkeep;

    DefragmentationResource(Upkeep upkeep) {
        this.upkeep = upkeep;
    }

    /// A dry run: how many pageblocks it would make free now.
    @GET
    @RolesAllowed(Roles.READER)
    public DefragmentationPreview preview() {
        return DefragmentationPreview.of(upkeep.sparePageblocks(), upkeep.defragmentation());
    }

    /// Runs a defragmentation to its end, and answers then.
    @POST
    @RolesAllowed(Roles.OPERATOR)
    public Uni<DefragmentationSummary> run() {
        return Uni.createFrom()
                .completionStage(upkeep::defragment)
                .map(DefragmentationResource::summary);
    }

    private static DefragmentationSummary summary(DefragmentationReport report) {
        if (report.result().outcome() == DefragmentationResult.Outcome.BUSY) {
            throw new ProblemException(
                    ProblemCode.DEFRAGMENTATION_RUNNING,
                    "The arena is being defragmented. Wait for its end, or end it with DELETE.");
        }
        return DefragmentationSummary.of(report);
    }

    /// Ends a running defragmentation after its slice. What it moved stays moved.
    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    public RestResponse<Void> cancel() {
        if (!upkeep.cancelDefragmentation()) {
            throw new ProblemException(
                    ProblemCode.DEFRAGMENTATION_NOT_RUNNING,
                    "The arena is not being defragmented.");
        }
        return RestResponse.accepted();
    }
}
