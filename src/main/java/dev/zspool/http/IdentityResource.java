package dev.zspool.http;

import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;

/// Tells callers who they are, as far as this service knows.
@Path("/v1/identity")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
public final class IdentityResource {

    /// Anybody who is known may ask, whatever their roles.
    @GET
    @RolesAllowed(Roles.KNOWN)
    public IdentityView identity(@Context RoutingContext context) {
        return CallerIdentity.callerOf(context).map(IdentityView::of).orElseThrow();
    }
}
