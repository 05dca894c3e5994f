package dev.zspool.http;

import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import java.time.InstantSource;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/// The ways of a body in and out, with scripted blobs behind them.
@PermitAll
@Path(ScriptedResource.PATH + "/{handle}")
@NonBlocking
public class ScriptedResource {

    static final String PATH = "/scripted";

    private final ScriptedBlobs blobs;
    private final HttpOptions options;
    private final InstantSource clock;
    private final DiskReads disk;

    ScriptedResource(
            ScriptedBlobs blobs, HttpOptions options, InstantSource clock, DiskReads disk) {
        this.blobs = blobs;
        this.options = options;
        this.clock = clock;
        this.disk = disk;
    }

    /// As [BlobResource#put] does it.
    @PUT
    public Uni<RestResponse<Void>> put(
            @PathParam("handle") String handle, @Context HttpServerRequest request) {
        return BlobUpload.receive(request, () -> blobs.beginWrite(handle), options)
                .map(BlobProblems::requireStored)
                .map(stored -> RestResponse.noContent());
    }

    /// As [BlobResource#get] does it.
    @GET
    public void get(
            @PathParam("handle") String handle,
            @Context HttpServerRequest request,
            @Context ServerRequestContext context) {
        if (handle.equals("defect")) {
            throw new IllegalStateException("secret internals");
        }
        BlobSender.send(
                new BlobDownload(blobs.opener(handle), ReadRequest.of(request, clock)),
                context,
                disk);
    }

    /// As [BlobResource#head] does it.
    @HEAD
    public void head(
            @PathParam("handle") String handle,
            @Context HttpServerRequest request,
            @Context ServerRequestContext context) {
        if (handle.equals("defect")) {
            throw new IllegalStateException("secret internals");
        }
        BlobSender.sendHead(
                new BlobDownload(blobs.opener(handle), ReadRequest.of(request, clock)),
                context,
                disk);
    }
}
