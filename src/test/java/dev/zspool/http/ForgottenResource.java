package dev.zspool.http;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/// A resource whose author forgot to say whom it is for.
@Path(ForgottenResource.PATH)
public class ForgottenResource {
    static final String PATH = "/scripted/forgotten/role";

    @GET
    public String get() {
        return "secret";
    }
}
