package dev.zspool.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.zspool.blob.BlobPool;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/// Which blobs there are.
@Path("/v1/pools/{pool}/blobs")
@NonBlocking
public final class ListingResource {

    private static final int DEFAULT_LIMIT = 1_000;
    private static final int MAX_LIMIT = 1_000_000;

    private final Pools pools;
    private final ObjectWriter json;
    private final DiskReads disk;

    ListingResource(Pools pools, ObjectMapper mapper, DiskReads disk) {
        this.pools = pools;
        this.disk = disk;
        this.json = mapper.writerFor(ListedBlob.class);
    }

    /// Lists blobs, streamed.
    @GET
    @RolesAllowed(Roles.READER)
    @Produces(MediaType.APPLICATION_JSON)
    public void list(
            @PathParam("pool") String pool,
            @Context UriInfo uri,
            @Context ServerRequestContext context)
            throws JsonProcessingException {
        BlobPool blobs = pools.require(pool);
        QueryParameters query = QueryParameters.of(uri);
        int limit = query.number("limit", 1, MAX_LIMIT).orElse(DEFAULT_LIMIT);
        BlobPages pages = new BlobPages(ListingSource.of(blobs.list(after(query))), limit, json);
        ListingAnswer.send(pages, (ResteasyReactiveRequestContext) context, disk);
    }

    private static Optional<String> after(QueryParameters query) {
        String name = "after";
        Optional<String> after = query.text(name);
        if (after.isPresent() && !Handles.isHandle(after.get())) {
            throw QueryParameters.bad(name, Handles.GRAMMAR);
        }
        return after;
    }
}
