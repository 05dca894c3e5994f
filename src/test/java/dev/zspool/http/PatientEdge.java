package dev.zspool.http;

import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// For tests that are slow themselves: the edge is as patient as in production. Chosen by a
/// profile.
@Alternative
@Singleton
final class PatientEdge {
    @Produces
    @Singleton
    HttpOptions patient() {
        return HttpOptions.LOCAL;
    }
}
