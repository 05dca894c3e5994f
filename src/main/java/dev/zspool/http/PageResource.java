package dev.zspool.http;

import dev.zspool.blob.PageDesk;
import dev.zspool.page.MoveOutcome;
import dev.zspool.upkeep.EventFeed;
import dev.zspool.upkeep.EventKind;
import dev.zspool.zsmalloc.FullnessGroup;
import dev.zspool.zsmalloc.LeaseResult;
import dev.zspool.zsmalloc.PageFilter;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The pages of a pool: look at them, isolate them, migrate them, put them back.
@Path("/v1/pools/{pool}/pages")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public final class PageResource {

    private static final int MAX_CLASS = 254;
    private static final int MAX_GROUP = FullnessGroup.COUNT - 1;

    private static final String FRAME = "frame";

    private final Pools pools;
    private final EventFeed events;

    PageResource(Pools pools, EventFeed events) {
        this.pools = pools;
        this.events = events;
    }

    /// Some pages in ascending order of their frames. Looks at up to 262,144 frames.
    @GET
    @RolesAllowed(Roles.READER)
    @Blocking
    public PageList list(@PathParam("pool") String pool, @Context UriInfo uri) {
        PageDesk desk = PageDesk.of(pools.require(pool));
        QueryParameters query = QueryParameters.of(uri);
        PageFilter filter =
                new PageFilter(
                        query.number("class", 0, MAX_CLASS),
                        fullness(query),
                        query.flag("isolated"));
        Paging paging = Paging.of(query);
        return PageList.of(desk.list(filter, paging.after(), paging.limit()));
    }

    /// A group by its number, or by the name that the size classes have for it.
    private static OptionalInt fullness(QueryParameters query) {
        String name = "fullness";
        Optional<String> text = query.text(name);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        // Empty zspages are group 0 and have no name.
        int named = ClassTable.GROUPS.indexOf(text.get()) + 1;
        int group = named > 0 ? named : Digits.toInt(text.get()).orElse(-1);
        if (group < 0 || group > MAX_GROUP) {
            throw QueryParameters.bad(
                    name, "a number from 0 to 11, or a name from 10% to 100% (written 10%25)");
        }
        return OptionalInt.of(group);
    }

    /// One page and what is on it.
    @GET
    @RolesAllowed(Roles.READER)
    @Path("/{frame}")
    public PageView describe(@PathParam("pool") String pool, @PathParam("frame") String frame) {
        return PageDesk.of(pools.require(pool))
                .describe(PageProblems.requireFrame(frame))
                .map(PageView::of)
                .orElseThrow(PageProblems::missing);
    }

    /// Isolates a page for a while.
    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Path("/{frame}/isolate")
    public PageMove.Isolated isolate(
            @PathParam("pool") String pool,
            @PathParam("frame") String frame,
            @Context UriInfo uri) {
        PageDesk desk = PageDesk.of(pools.require(pool));
        int number = PageProblems.requireFrame(frame);
        LeaseResult.Leased leased =
                PageProblems.requireLeased(
                        desk.isolate(number, LeaseParameter.life(QueryParameters.of(uri))));
        tell(EventKind.PAGE_ISOLATED, pool, Map.of(FRAME, (long) number));
        return PageMove.Isolated.of(number, leased);
    }

    /// Moves an isolated page to another frame.
    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Path("/{frame}/migrate")
    public PageMove.Migrated migrate(
            @PathParam("pool") String pool,
            @PathParam("frame") String frame,
            @Context UriInfo uri) {
        PageDesk desk = PageDesk.of(pools.require(pool));
        int number = PageProblems.requireFrame(frame);
        int target =
                PageProblems.requireMigrated(
                                desk.migrate(number, LeaseParameter.id(QueryParameters.of(uri))))
                        .target();
        tell(EventKind.PAGE_MIGRATED, pool, Map.of(FRAME, (long) number, "target", (long) target));
        return new PageMove.Migrated(MoveOutcome.MIGRATED, number, target);
    }

    /// Ends an isolation without a move.
    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Path("/{frame}/putback")
    public PageMove.PutBack putBack(
            @PathParam("pool") String pool,
            @PathParam("frame") String frame,
            @Context UriInfo uri) {
        PageDesk desk = PageDesk.of(pools.require(pool));
        int number = PageProblems.requireFrame(frame);
        MoveOutcome outcome =
                PageProblems.requirePutBack(
                        desk.putBack(number, LeaseParameter.id(QueryParameters.of(uri))));
        tell(EventKind.PAGE_PUT_BACK, pool, Map.of(FRAME, (long) number));
        return new PageMove.PutBack(outcome, number);
    }

    private void tell(EventKind kind, String pool, Map<String, Long> figures) {
        events.publish(kind, Optional.of(pool), figures);
    }
}
