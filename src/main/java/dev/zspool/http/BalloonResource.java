package dev.zspool.http;

import dev.zspool.observe.MemoryPressure;
import dev.zspool.pressure.BalloonView;
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
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;

/// The balloon: memory that the service leaves to others until it is told otherwise.
@Path("/v1/memory/balloon")
@NonBlocking
@Produces(MediaType.APPLICATION_JSON)
public final class BalloonResource {

    private final MemoryPressure pressure;
    private final JsonBodies bodies;
    private final SmallBodies documents;

    BalloonResource(MemoryPressure pressure, JsonBodies bodies, SmallBodies documents) {
        this.pressure = pressure;
        this.bodies = bodies;
        this.documents = documents;
    }

    /// What it is now.
    @GET
    @RolesAllowed(Roles.READER)
    @Blocking
    public BalloonState state() {
        return BalloonState.of(pressure.balloon());
    }

    /// Sets it to a size. What is in use beyond that is given back from then on.
    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<BalloonState> set(@Context HttpServerRequest request) {
        JsonBodies.requireType(request);
        return documents
                .receive(request)
                .map(body -> bodies.read(body, BalloonRequest.class))
                .map(wish -> BalloonState.of(set(wish)));
    }

    private BalloonView set(BalloonRequest wish) {
        return pressure.setBalloon(wish.bytes(), wish.lease())
                .orElseThrow(() ->
                        FieldError.problem(
                                List.of(
                                        new FieldError(
                                                "bytes",
                                                "must be less than or equal to "
                                                        + pressure.mostBalloonBytes()))));
    }

    /// Lets it go, if there is one.
    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    public RestResponse<Void> letGo() {
        pressure.setBalloon(0, Optional.empty());
        return RestResponse.noContent();
    }
}
