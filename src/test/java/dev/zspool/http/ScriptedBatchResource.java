package dev.zspool.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import java.time.InstantSource;
import java.util.List;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/// Many scripted blobs in one answer, as [BatchResource#get] sends them.
@PermitAll
@Path(ScriptedBatchResource.PATH + "/{handles}")
@NonBlocking
public class ScriptedBatchResource {

    static final String PATH = "/scripted-batch";

    private final ScriptedBlobs blobs;
    private final HandleSource random;
    private final ObjectMapper mapper;
    private final DiskReads disk;

    ScriptedBatchResource(
            ScriptedBlobs blobs, HandleSource random, ObjectMapper mapper, DiskReads disk) {
        this.disk = disk;
        this.blobs = blobs;
        this.random = random;
        this.mapper = mapper;
    }

    /// Handles with commas between them.
    @GET
    public void get(@PathParam("handles") String handles, @Context ServerRequestContext context) {
        BatchParts parts = new BatchParts(random.next(), PATH, mapper.writerFor(Problem.class));
        BatchRead.send(
                blobs::opener,
                List.of(handles.split(",", -1)),
                parts,
                InstantSource.system(),
                (ResteasyReactiveRequestContext) context,
                disk);
    }
}
