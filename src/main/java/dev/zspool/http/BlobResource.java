package dev.zspool.http;

import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobPoolOptions;
import dev.zspool.blob.DeleteOutcome;
import dev.zspool.blob.FullPolicy;
import dev.zspool.blob.OpenResult;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.WriteCondition;
import dev.zspool.blob.WriteRequest;
import dev.zspool.observe.RequestCounts;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
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
import java.time.InstantSource;
import java.util.Optional;
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
    private final InstantSource clock;
    private final DiskReads disk;
    private final RequestCounts counts;

    BlobResource(
            Pools pools,
            HandleSource handles,
            HttpOptions options,
            InstantSource clock,
            DiskReads disk,
            RequestCounts counts) {
        this.pools = pools;
        this.handles = handles;
        this.options = options;
        this.clock = clock;
        this.disk = disk;
        this.counts = counts;
    }

    /// Stores a blob under a new handle.
    @POST
    @RolesAllowed(Roles.WRITER)
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<StoredBlob>> create(
            @PathParam("pool") String pool, @Context HttpServerRequest request) {
        counts.write();
        String handle = handles.next();
        return receive(pools.require(pool), handle, WriteCondition.ALWAYS, request)
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
    @RolesAllowed(Roles.WRITER)
    @Path("/{handle}")
    public Uni<RestResponse<Void>> put(
            @PathParam("pool") String pool,
            @PathParam("handle") String handle,
            @Context HttpServerRequest request) {
        counts.write();
        BlobPool blobs = pools.require(pool);
        Handles.require(handle);
        WriteCondition condition = Preconditions.of(request.headers(), clock).ofStore();
        return receive(blobs, handle, condition, request)
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
    @RolesAllowed(Roles.READER)
    @Path("/{handle}")
    public void get(
            @PathParam("pool") String pool,
            @PathParam("handle") String handle,
            @Context HttpServerRequest request,
            @Context ServerRequestContext context) {
        counts.read(1);
        BlobPool blobs = pools.require(pool);
        Handles.require(handle);
        ReadRequest asked = ReadRequest.of(request, clock);
        BlobSender.send(BlobDownload.of(blobs, handle, asked), context, disk);
    }

    /// What GET would say, without the content.
    @HEAD
    @RolesAllowed(Roles.READER)
    @Path("/{handle}")
    public void head(
            @PathParam("pool") String pool,
            @PathParam("handle") String handle,
            @Context HttpServerRequest request,
            @Context ServerRequestContext context) {
        counts.read(1);
        BlobPool blobs = pools.require(pool);
        Handles.require(handle);
        ReadRequest asked = ReadRequest.of(request, clock);
        BlobSender.sendHead(BlobDownload.of(blobs, handle, asked), context, disk);
    }

    /// Where it lies: its root and some of its blocks.
    @GET
    @RolesAllowed(Roles.READER)
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
    @RolesAllowed(Roles.WRITER)
    @Path("/{handle}")
    public Uni<RestResponse<Void>> delete(
            @PathParam("pool") String pool,
            @PathParam("handle") String handle,
            @Context HttpServerRequest request) {
        counts.delete(1);
        BlobPool blobs = pools.require(pool);
        Handles.require(handle);
        WriteCondition condition = Preconditions.of(request.headers(), clock).ofDelete();
        return Uni.createFrom()
                .<DeleteOutcome>emitter(
                        answer -> blobs.delete(handle, condition, LoopAnswer.to(answer)))
                .map(outcome ->
                        switch (outcome) {
                            case DELETED -> RestResponse.noContent();
                            case MISSING -> throw BlobProblems.missing();
                            case PRECONDITION_FAILED -> throw BlobProblems.preconditionFailed();
                            case DISK_FAILED -> throw BlobProblems.diskFailed();
                        });
    }

    private Uni<PutResult.Stored> receive(
            BlobPool pool, String handle, WriteCondition condition, HttpServerRequest request) {
        UploadHeaders.requireWhole(request);
        long declared = UploadHeaders.declaredBytes(request);
        BlobAttributes attributes = UploadHeaders.attributes(request);
        long ttlMillis = TtlParameter.of(QueryParameters.of(request));
        WriteRequest write = new WriteRequest(handle, attributes, declared, ttlMillis, condition);
        refuseEarly(pool, write, request);
        return BlobUpload.receive(request, () -> pool.beginWrite(write), options)
                .map(BlobProblems::requireStored);
    }

    /// Spares the client a body that would be refused in the end, and one that waits for `100
    /// Continue` does not even send it. What counts for the condition is what is published when the
    /// body has come.
    private static void refuseEarly(BlobPool pool, WriteRequest write, HttpServerRequest request) {
        if (write.declaredBytes() > pool.options().maxBlobBytes()) {
            throw BlobProblems.tooLarge(pool.options().maxBlobBytes());
        }
        if (!write.condition().equals(WriteCondition.ALWAYS)) {
            refuseByCondition(pool, write);
        }
        if (Expectation.waitsForContinue(request)
                && refusesWhenFull(pool.options())
                && pool.stats().isTooFullFor(write.declaredBytes())) {
            throw BlobProblems.poolFull(pool.options().limitBytes());
        }
    }

    /// A durable blob makes room by leaving memory, a cached one by being deleted.
    private static boolean refusesWhenFull(BlobPoolOptions options) {
        return options.full() == FullPolicy.REJECT && !options.durability().isDurable();
    }

    private static void refuseByCondition(BlobPool pool, WriteRequest write) {
        boolean isAllowed =
                switch (pool.open(write.handle())) {
                    case OpenResult.Found found ->
                            write.condition().allows(Optional.of(found.reader().info()));
                    case OpenResult.Missing _, OpenResult.Corrupted _ ->
                            write.condition().allows(Optional.empty());
                    // The write itself asks the disk.
                    case OpenResult.NotInMemory _, OpenResult.Unreadable _ -> true;
                };
        if (!isAllowed) {
            throw BlobProblems.preconditionFailed();
        }
    }
}
