package dev.zspool.http;

import dev.zspool.identity.Caller;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jboss.resteasy.reactive.server.SimpleResourceInfo;

/// Writes down who asked for what only an operator may do, and what came of it: the log category
/// `dev.zspool.audit`, a line each.
@Singleton
public final class AuditLog {
    private static final Logger LOG = Logger.getLogger("dev.zspool.audit");

    /// Looked up for every answer.
    private static final Set<String> FOR_OPERATORS =
            AllowedMethods.routes()
                    .filter(route -> route.role().equals(Optional.of(Roles.OPERATOR)))
                    .map(AllowedMethods.Route::resource)
                    .map(method -> name(method.getDeclaringClass(), method.getName()))
                    .collect(Collectors.toUnmodifiableSet());

    AuditLog() {}

    /// Runs when the status of an answer is known.
    @ServerResponseFilter
    public void note(
            ContainerResponseContext answer, SimpleResourceInfo resource, RoutingContext context) {
        if (!isForOperators(resource)) {
            return;
        }
        Caller caller = CallerIdentity.callerOf(context).orElse(null);
        if (caller != null) {
            LOG.infof(
                    "caller=\"%s\" way=%s address=%s operation=\"%s %s\" status=%d",
                    caller.name(),
                    caller.way(),
                    context.request().remoteAddress().hostAddress(),
                    context.request().method(),
                    // As it came, percent escapes and all: it has no line ends.
                    context.request().uri(),
                    answer.getStatus());
        }
    }

    private static boolean isForOperators(SimpleResourceInfo resource) {
        Class<?> type = resource.getResourceClass();
        return type != null && FOR_OPERATORS.contains(name(type, resource.getMethodName()));
    }

    private static String name(Class<?> type, String method) {
        return type.getSimpleName() + '.' + method;
    }
}
