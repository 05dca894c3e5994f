package dev.zspool.http;

import dev.zspool.blob.BlobStore;
import dev.zspool.upkeep.EventFeed;
import dev.zspool.upkeep.EventKind;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestResponse;

/// Copies of a pool at one moment.
@Path("/v1/pools/{pool}/snapshot")
@NonBlocking
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class SnapshotResource {

    private final Pools pools;
    private final BlobStore store;
    private final EventFeed events;
    private final InstantSource clock;
    private final JsonBodies bodies;
    private final SmallBodies documents;

    SnapshotResource(
            Pools pools,
            BlobStore store,
            EventFeed events,
            InstantSource clock,
            JsonBodies bodies,
            SmallBodies documents) {
        this.pools = pools;
        this.store = store;
        this.events = events;
        this.clock = clock;
        this.bodies = bodies;
        this.documents = documents;
    }

    /// Writes one to the data directory, and answers then.
    @POST
    @RolesAllowed(Roles.OPERATOR)
    public Uni<RestResponse<SnapshotSummary>> write(
            @PathParam("pool") String pool, @Context HttpServerRequest request) {
        String found = pools.require(pool).name();
        return documents
                .receive(request)
                .map(body -> wanted(body, request))
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(wanted -> write(found, wanted));
    }

    /// No body asks for one that is called by the time.
    private SnapshotRequest wanted(byte[] body, HttpServerRequest request) {
        if (body.length == 0) {
            return SnapshotRequest.UNNAMED;
        }
        JsonBodies.requireType(request);
        return bodies.read(body, SnapshotRequest.class);
    }

    private RestResponse<SnapshotSummary> write(String pool, SnapshotRequest wanted) {
        SnapshotSummary summary =
                new SnapshotTaker(name -> store.snapshot(pool, name), clock).take(wanted.name());
        events.publish(
                EventKind.SNAPSHOT_WRITTEN,
                Optional.of(pool),
                Map.of(
                        "lastSequence", summary.lastSequence(),
                        "fileBytes", summary.fileBytes(),
                        "blobs", summary.blobs(),
                        "durationMillis", summary.durationMillis()));
        return RestResponse.ResponseBuilder.<SnapshotSummary>create(RestResponse.Status.CREATED)
                .entity(summary)
                .build();
    }
}
