package dev.zspool.http;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// In tests the edge loses patience with slow uploads sooner.
final class ImpatientEdge {

    /// For tests that are slow themselves.
    static final String WINDOW_KEY = "test.upload-window-millis";

    static final long WINDOW_MILLIS = 1_000;
    static final long WINDOW_BYTES = 64;

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    HttpOptions impatient(
            @ConfigProperty(name = WINDOW_KEY, defaultValue = "" + WINDOW_MILLIS) long millis) {
        return new HttpOptions(HttpOptions.LOCAL.allowedHosts(), millis, WINDOW_BYTES);
    }
}
