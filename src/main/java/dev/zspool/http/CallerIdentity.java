package dev.zspool.http;

import dev.zspool.identity.Caller;
import dev.zspool.identity.Callers;
import dev.zspool.identity.Credentials;
import dev.zspool.identity.Identification;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Finds out who sends a request, before anything else of the service sees it. Who is not known
/// gets no further, whatever the path.
@Singleton
final class CallerIdentity {
    private static final String KEY = CallerIdentity.class.getName();
    private static final String POOLS = "/v1/pools/";

    private final Callers callers;

    /// Where nobody is asked: the same for every request, and for every pool.
    private final Optional<SecurityIdentity> everybody;

    CallerIdentity(Callers callers) {
        this.callers = callers;
        this.everybody = callers.everybody().map(caller -> identity(caller, Optional.empty()));
    }

    /// The identity that was found for a request.
    static Optional<SecurityIdentity> of(RoutingContext context) {
        return Optional.ofNullable(context.get(KEY));
    }

    /// The caller that was found for a request.
    static Optional<Caller> callerOf(RoutingContext context) {
        return of(context).map(identity -> identity.getAttribute(KEY));
    }

    /// Finds it out; on the same event loop, now or later.
    ///
    /// @param known goes on with the request
    /// @param refused takes the problem
    void find(RoutingContext context, Runnable known, Consumer<ProblemException> refused) {
        if (everybody.isPresent()) {
            context.put(KEY, everybody.get());
            known.run();
            return;
        }
        HttpServerRequest request = context.request();
        CompletionStage<Identification> found = callers.identify(shown(request));
        if (found.toCompletableFuture().isDone()) {
            conclude(context, found.toCompletableFuture().join(), known, refused);
            return;
        }
        request.pause();
        Context loop = context.vertx().getOrCreateContext();
        var _ =
                found.whenComplete((identification, failure) ->
                        loop.runOnContext(back -> {
                            // Nothing would tell whoever reads its body that it is gone.
                            if (context.response().closed()) {
                                return;
                            }
                            request.resume();
                            if (failure != null) {
                                context.fail(failure);
                                return;
                            }
                            conclude(context, identification, known, refused);
                        }));
    }

    private static Credentials shown(HttpServerRequest request) {
        return new Credentials(
                Optional.ofNullable(request.getHeader(HttpHeaders.AUTHORIZATION)),
                request.isSSL() ? certificate(request.sslSession()) : Optional.empty(),
                String.valueOf(request.remoteAddress().hostAddress()));
    }

    private static Optional<X509Certificate> certificate(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate first
                    ? Optional.of(first)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    private static void conclude(
            RoutingContext context,
            Identification identification,
            Runnable known,
            Consumer<ProblemException> refused) {
        switch (identification) {
            case Identification.Known found -> {
                context.put(
                        KEY,
                        identity(found.caller(), poolOf(String.valueOf(context.request().path()))));
                known.run();
            }
            case Identification.Absent _ ->
                    refused.accept(
                            unauthenticated(
                                    CallerMechanism.CHALLENGE,
                                    "The request must say who sends it: Authorization: Bearer and a"
                                            + " key or token."));
            case Identification.Wrong wrong ->
                    refused.accept(
                            unauthenticated(
                                    CallerMechanism.CHALLENGE
                                            + ", error=\"invalid_token\", error_description=\""
                                            + wrong.why()
                                            + '"',
                                    wrong.why() + "."));
            case Identification.Limited limited ->
                    refused.accept(
                            new ProblemException(
                                    ProblemCode.TOO_MANY_ATTEMPTS,
                                    "Too many wrong keys or tokens came from this address; this one was"
                                            + " not looked at.",
                                    retryAfter(limited.retryAfterSeconds())));
            case Identification.Unavailable _ ->
                    refused.accept(
                            new ProblemException(
                                    ProblemCode.IDENTITY_UNAVAILABLE,
                                    "The server that knows about tokens does not answer; nothing was"
                                            + " done.",
                                    retryAfter(1)));
        }
    }

    private static ProblemException unauthenticated(String challenge, String detail) {
        return new ProblemException(
                ProblemCode.UNAUTHENTICATED,
                detail,
                Map.of(CallerMechanism.WWW_AUTHENTICATE, challenge));
    }

    private static Map<String, String> retryAfter(int seconds) {
        return Map.of(HttpHeaders.RETRY_AFTER.toString(), Integer.toString(seconds));
    }

    private static SecurityIdentity identity(Caller caller, Optional<String> pool) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(caller.name()))
                .addRole(Roles.KNOWN)
                .addRoles(caller.grants().rolesFor(pool))
                .addAttribute(KEY, caller)
                .build();
    }

    /// The pool that a path is about, as the path says it: one that is written in another way is
    /// none that anybody has a role for.
    private static Optional<String> poolOf(String path) {
        if (!path.startsWith(POOLS)) {
            return Optional.empty();
        }
        int end = path.indexOf('/', POOLS.length());
        return Optional.of(path.substring(POOLS.length(), end < 0 ? path.length() : end));
    }
}
