package dev.zspool.http;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// How the edge is set up.
///
/// @param allowedHosts the host names that a request may be for, without port; empty: any, which is
///   right only where callers are authenticated
/// @param uploadWindowMillis how often the pace of an upload is looked at
/// @param uploadWindowBytes what must have come in that time; a slower body is refused, since it
///   would hold its connection for as long as it likes and no idle timeout sees it
public record HttpOptions(
        Set<String> allowedHosts, long uploadWindowMillis, long uploadWindowBytes) {

    /// For a service that only this machine may use.
    public static final HttpOptions LOCAL =
            new HttpOptions(Set.of("localhost", "127.0.0.1", "[::1]"), 10_000, 8 * 1024);

    public HttpOptions {
        allowedHosts =
                allowedHosts.stream()
                        .map(host -> host.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        if (uploadWindowMillis < 1) {
            throw new IllegalArgumentException("uploadWindowMillis " + uploadWindowMillis);
        }
    }
}
