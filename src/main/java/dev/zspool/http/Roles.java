package dev.zspool.http;

/// The names of the roles, as the annotations of the resources say them.
final class Roles {
    /// Reads blobs and statistics.
    static final String READER = "reader";

    /// Stores and deletes blobs, too.
    static final String WRITER = "writer";

    /// May do everything.
    static final String OPERATOR = "operator";

    private Roles() {}
}
