package dev.zspool.http;

import dev.zspool.blob.BlobPool;
import dev.zspool.observe.RequestCounts;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.unchecked.Unchecked;
import io.vertx.core.buffer.Buffer;
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
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/// Many blobs in one request.
@Path("/v1/pools/{pool}")
@Consumes(MediaType.APPLICATION_JSON)
@Produces("multipart/mixed")
@NonBlocking
public final class BatchResource {

    private final Pools pools;
    private final BatchBodies bodies;
    private final BatchFormat format;
    private final InstantSource clock;
    private final DiskReads disk;
    private final RequestCounts counts;

    BatchResource(
            Pools pools,
            BatchBodies bodies,
            BatchFormat format,
            InstantSource clock,
            DiskReads disk,
            RequestCounts counts) {
        this.pools = pools;
        this.bodies = bodies;
        this.format = format;
        this.clock = clock;
        this.disk = disk;
        this.counts = counts;
    }

    /// Reads blobs: a part for each, streamed.
    @POST
    @RolesAllowed(Roles.READER)
    @Path("/blobs:get")
    public void get(@PathParam("pool") String pool, @Context ServerRequestContext context) {
        ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
        HttpServerRequest http = request.serverRequest().unwrap(HttpServerRequest.class);
        BlobPool blobs = pools.require(pool);
        Uni<List<String>> received =
                bodies.receive(http).invoke(handles -> counts.read(handles.size()));
        request.suspend();
        received.invoke(handles ->
                        BatchRead.send(
                                handle -> BlobOpener.of(blobs, handle),
                                handles,
                                format.partsOf(http),
                                clock,
                                request,
                                disk))
                .subscribe()
                .with(sending -> {}, request::resume);
    }

    /// Deletes blobs: a part for each, when all are deleted.
    @POST
    @RolesAllowed(Roles.WRITER)
    @Path("/blobs:delete")
    public Uni<RestResponse<Buffer>> delete(
            @PathParam("pool") String pool, @Context HttpServerRequest http) {
        BlobPool blobs = pools.require(pool);
        BatchParts parts = format.partsOf(http);
        return bodies.receive(http)
                .invoke(handles -> counts.delete(handles.size()))
                .flatMap(handles ->
                        BatchDelete.run(blobs, handles)
                                .map(
                                        Unchecked.function(outcomes ->
                                                BatchDelete.answer(handles, outcomes, parts))))
                .map(body ->
                        RestResponse.ResponseBuilder.ok(body).type(parts.contentType()).build());
    }
}
