package dev.zspool.http;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// In tests the edge loses patience with slow uploads sooner.
final class ImpatientEdge {

    static final long WINDOW_MILLIS = 1_000;
    static final long WINDOW_BYTES = 64;

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    HttpOptions impatient() {
        return new HttpOptions(HttpOptions.LOCAL.allowedHosts(), WINDOW_MILLIS, WINDOW_BYTES);
    }
}
