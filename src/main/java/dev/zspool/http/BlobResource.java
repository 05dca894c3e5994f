package dev.zspool.http;

import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.DeleteOutcome;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.WriteCondition;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/// Blobs by handle: store, read, delete.
@Path("/v1/pools/{pool}/blobs")
@NonBlocking
public final class BlobResource {

    private final Pools pools;
    private final HandleSource handles;
    private final HttpOptions options;

    BlobResource(Pools pools, HandleSource handles, HttpOptions options) {
        this.pools = pools;
        this.handles = handles;
        this.options = options;
    }

    /// Stores a blob under a new handle.
    @POST
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<StoredBlob>> create(
            @PathParam("pool") String pool, @Context HttpServerRequest request) {
        String handle = handles.next();
        return receive(pools.require(pool), handle, request)
                .map(stored ->
                        ResponseBuilder.<StoredBlob>create(RestResponse.Status.CREATED)
                                .entity(StoredBlob.of(stored.info()))
                                .header(
                                        HttpHeaders.LOCATION,
                                        request.path() + "/" + stored.info().handle())
                                .header(HttpHeaders.ETAG, EntityTag.of(stored.info()))
                                .build());
    }

    /// Stores a blob under the caller's handle: 201 for a new one, 204 for one that was replaced.
    @PUT
    @Path("/{handle}")
    public Uni<RestResponse<Void>> put(
            @PathParam("pool") String pool,
            @PathParam("handle") String handle,
            @Context HttpServerRequest request) {
        return receive(pools.require(pool), Handles.require(handle), request)
                .map(stored ->
                        ResponseBuilder.<Void>create(
                                        stored.created()
                                                ? RestResponse.Status.CREATED
                                                : RestResponse.Status.NO_CONTENT)
                                .header(HttpHeaders.ETAG, EntityTag.of(stored.info()))
                                .build());
    }

    /// The content as it was stored.
    @GET
    @Path("/{handle}")
    public void get(
            @PathParam("pool") String pool,
            @PathParam("handle") String handle,
            @Context ServerRequestContext context) {
        BlobSender.send(BlobDownload.of(pools.require(pool), Handles.require(handle)), context);
    }

    /// What GET would say, without the content.
    @HEAD
    @Path("/{handle}")
    public void head(
            @PathParam("pool") String pool,
            @PathParam("handle") String handle,
            @Context HttpServerResponse response) {
        BlockSource source = BlobDownload.open(pools.require(pool), Handles.require(handle));
        BlobSender.sendHead(source.info(), response);
    }

    /// Where it lies: its root and some of its blocks.
    @GET
    @Path("/{handle}/layout")
    @Produces(MediaType.APPLICATION_JSON)
    @Blocking
    public LayoutView layout(
            @PathParam("pool") String pool,
            @PathParam("handle") String handle,
            @Context UriInfo uri) {
        return LayoutView.of(
                pools.require(pool), Handles.require(handle), Paging.of(QueryParameters.of(uri)));
    }

    @DELETE
    @Path("/{handle}")
    public Uni<RestResponse<Void>> delete(
            @PathParam("pool") String pool, @PathParam("handle") String handle) {
        BlobPool blobs = pools.require(pool);
        Handles.require(handle);
        return Uni.createFrom()
                .<DeleteOutcome>emitter(
                        answer -> blobs.delete(handle, WriteCondition.ALWAYS, answer::complete))
                .map(outcome ->
                        switch (outcome) {
                            case DELETED -> RestResponse.noContent();
                            case MISSING -> throw BlobProblems.missing();
                            case PRECONDITION_FAILED -> throw BlobProblems.unconditional();
                        });
    }

    private Uni<PutResult.Stored> receive(BlobPool pool, String handle, HttpServerRequest request) {
        long declared = UploadHeaders.declaredBytes(request);
        BlobAttributes attributes = UploadHeaders.attributes(request);
        if (declared > pool.maxBlobBytes()) {
            throw BlobProblems.tooLarge(pool.maxBlobBytes());
        }
        return BlobUpload.receive(
                        request, () -> pool.beginWrite(handle, attributes, declared), options)
                .map(BlobProblems::requireStored);
    }
}
