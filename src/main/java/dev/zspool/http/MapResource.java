package dev.zspool.http;

import dev.zspool.observe.ArenaOverview;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;

/// The arena as cells, for a picture.
@Path("/v1/memory/map")
@Blocking
public final class MapResource {
    private static final int MOST_CELLS = 2048;
    private static final int CELLS = 1024;

    private final ArenaOverview arena;

    MapResource(ArenaOverview arena) {
        this.arena = arena;
    }

    /// A part of the arena, or all of it that was ever used.
    @GET
    @RolesAllowed(Roles.READER)
    @Produces(MediaType.APPLICATION_JSON)
    public ArenaCells map(@Context UriInfo uri) {
        QueryParameters query = QueryParameters.of(uri);
        int total = arena.totalFrames();
        return ArenaCells.of(
                arena.map(
                        query.number("first", 0, total - 1).orElse(0),
                        query.number("frames", 1, total),
                        query.number("cells", 1, MOST_CELLS).orElse(CELLS)));
    }
}
