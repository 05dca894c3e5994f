package dev.zspool.http;

/// The names of the roles, as the annotations of the resources say them.
final class Roles {
    /// Is known, whatever they may do.
    static final String KNOWN = "known";

    /// Reads blobs and statistics.
    static final String READER = "reader";

    /// Stores and deletes blobs, too.
    static final String WRITER = "writer";

    /// May do everything.
    static final String OPERATOR = "operator";

    private Roles() {}
}
