package dev.zspool.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps other web sites out: callers may not have to show who they are, or a browser shows their
/// certificate by itself.
///
/// A page in the user's browser can send requests to this machine. A foreign name that resolves to
/// it (DNS rebinding) shows in `Host`; a page of another site shows in `Sec-Fetch-Site` and, from
/// older browsers and for writes, in `Origin`. Programs send neither of the last two.
final class CallerCheck {

    private static final String SEC_FETCH_SITE = "Sec-Fetch-Site";

    private final Set<String> allowedHosts;

    /// @param allowedHosts names without port, in lower case; empty: any
    CallerCheck(Set<String> allowedHosts) {
        this.allowedHosts = allowedHosts;
    }

    /// Whether the request is for this service, and no page of another site sent it.
    @Nullable ProblemException check(HttpServerRequest request) {
        ProblemException foreign = checkHost(request);
        if (foreign != null) {
            return foreign;
        }
        String host = request.getHeader(HttpHeaders.HOST);
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if ("cross-site".equalsIgnoreCase(request.getHeader(SEC_FETCH_SITE))
                || (origin != null && !isOwn(origin, String.valueOf(host)))) {
            return new ProblemException(
                    ProblemCode.CROSS_SITE_REQUEST,
                    "A page of another site may not use this service.");
        }
        return null;
    }

    /// Whether the request is for this service, whoever sent it.
    @Nullable ProblemException checkHost(HttpServerRequest request) {
        String host = request.getHeader(HttpHeaders.HOST);
        if (!allowedHosts.isEmpty()
                && (host == null || !isAllowed(host) || !isAllowedTarget(request.uri()))) {
            return new ProblemException(
                    ProblemCode.HOST_NOT_ALLOWED,
                    "The service answers only to its own names; see zspool.http.allowed-hosts.");
        }
        return null;
    }

    /// A target in absolute form names the host a second time, and that one counts.
    private boolean isAllowedTarget(String target) {
        int scheme = target.indexOf("://");
        if (target.startsWith("/") || scheme < 0) {
            return true;
        }
        int start = scheme + 3;
        int end = start;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        return isAllowed(target.substring(start, end));
    }

    private boolean isAllowed(String authority) {
        int end = authority.length();
        while (end > 0 && Character.digit(authority.charAt(end - 1), 10) >= 0) {
            end--;
        }
        boolean hasPort = end > 0 && end < authority.length() && authority.charAt(end - 1) == ':';
        String name = hasPort ? authority.substring(0, end - 1) : authority;
        return allowedHosts.contains(name.toLowerCase(Locale.ROOT));
    }

    private static boolean isOwn(String origin, String host) {
        return origin.equalsIgnoreCase("http://" + host)
                || origin.equalsIgnoreCase("https://" + host);
    }
}
