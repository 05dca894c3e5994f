package dev.zspool.http;

import dev.zspool.observe.MemoryPressure;
import dev.zspool.pressure.ShrinkReport;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;

/// Giving memory back before somebody needs it: what it would bring, and to do it.
@Path("/v1/memory/shrink")
@NonBlocking
@Produces(MediaType.APPLICATION_JSON)
public final class ShrinkResource {

    private final MemoryPressure pressure;
    private final JsonBodies bodies;
    private final SmallBodies documents;

    ShrinkResource(MemoryPressure pressure, JsonBodies bodies, SmallBodies documents) {
        this.pressure = pressure;
        this.bodies = bodies;
        this.documents = documents;
    }

    /// A dry run: what each step would give now. Looks at every pool.
    @GET
    @RolesAllowed(Roles.READER)
    @Blocking
    public ShrinkForecast preview(@Context UriInfo uri) {
        return ShrinkForecast.of(
                pressure.preview(ShrinkRequest.of(QueryParameters.of(uri)).target()));
    }

    /// Gives memory back until the target is reached or nothing is left, and answers then.
    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<ShrinkSummary> run(@Context HttpServerRequest request) {
        JsonBodies.requireType(request);
        return documents
                .receive(request)
                .map(body -> bodies.read(body, ShrinkRequest.class))
                .flatMap(wish ->
                        Uni.createFrom()
                                .completionStage(() -> pressure.shrink(wish.target(), wish.hold())))
                .map(ShrinkResource::summary);
    }

    private static ShrinkSummary summary(ShrinkReport report) {
        if (report.outcome() == ShrinkReport.Outcome.BUSY) {
            throw new ProblemException(
                    ProblemCode.SHRINK_RUNNING,
                    "The service is giving memory back for somebody else. Wait for the end.");
        }
        return ShrinkSummary.of(report);
    }
}
