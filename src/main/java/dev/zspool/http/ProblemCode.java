package dev.zspool.http;

/// Every error the API answers and the status that goes with it: the only such table.
///
/// The names are part of the API: clients match on them, and `openapi.yaml` lists the same.
enum ProblemCode {
    BAD_REQUEST(400, "The request is malformed"),
    BAD_PATH(400, "The path is not in its plain form"),
    BAD_HANDLE(400, "This is not a handle"),
    BAD_FRAME(400, "This is not the number of a frame"),
    BAD_POOL_NAME(400, "This is not a name for a pool"),
    BAD_PARAMETER(400, "A parameter has a value that cannot be"),
    BAD_HEADER(400, "A header has a value that cannot be"),
    BAD_BODY(400, "The body is not what this request takes"),
    UNAUTHENTICATED(401, "The caller is not known"),
    FORBIDDEN(403, "The caller may not do this"),
    HOST_NOT_ALLOWED(403, "This host name is not served"),
    CROSS_SITE_REQUEST(403, "Requests from other sites are refused"),
    ROUTE_NOT_FOUND(404, "There is nothing at this path"),
    POOL_NOT_FOUND(404, "There is no such pool"),
    BLOB_NOT_FOUND(404, "There is no such blob"),
    PAGE_NOT_FOUND(404, "There is no such page"),
    METHOD_NOT_ALLOWED(405, "The path does not know this method"),
    NOT_ACCEPTABLE(406, "None of the accepted media types is offered"),
    UPLOAD_TOO_SLOW(408, "The body arrived too slowly"),
    COMPACTION_RUNNING(409, "A compaction is running"),
    COMPACTION_NOT_RUNNING(404, "No compaction is running"),
    DEFRAGMENTATION_RUNNING(409, "A defragmentation is running"),
    DEFRAGMENTATION_NOT_RUNNING(404, "No defragmentation is running"),
    EVICTION_RUNNING(409, "An eviction is running"),
    EVICTION_NOT_RUNNING(404, "No eviction is running"),
    SCRUB_RUNNING(409, "A scrub is running"),
    SCRUB_NOT_RUNNING(404, "No scrub is running"),
    SHRINK_RUNNING(409, "A shrink is running"),
    NOT_EVICTABLE(409, "The pool's blobs cannot leave memory"),
    POOL_NOT_EMPTY(409, "The pool has blobs"),
    CHAIN_SIZE_FIXED(409, "The chain size of a pool cannot change"),
    DURABILITY_FIXED(409, "Whether a pool is durable cannot change"),
    NOT_DURABLE(409, "The pool is in memory only"),
    SNAPSHOT_EXISTS(409, "There is a snapshot of this name"),
    TOO_MANY_POOLS(409, "There are as many pools as there may be"),
    EAGAIN(409, "Somebody else holds the page"),
    EBUSY(409, "There is nothing on the page that could be moved"),
    NOT_ISOLATED(409, "The page is not isolated"),
    TOO_MANY_LEASES(409, "As many pages are isolated as may be"),
    PRECONDITION_FAILED(412, "A condition of the request does not hold"),
    BLOB_TOO_LARGE(413, "The blob is too large"),
    BODY_TOO_LARGE(413, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body has the wrong media type"),
    RANGE_NOT_SATISFIABLE(416, "The blob has nothing in this range"),
    EXPECTATION_FAILED(417, "What the client expects cannot be"),
    TOO_MANY_ATTEMPTS(429, "Too many wrong keys or tokens", true),
    CORRUPTED(500, "The stored blob is damaged"),
    INTERNAL_ERROR(500, "The server failed"),
    UNSUPPORTED_TRANSFER_CODING(501, "This transfer coding is not known"),
    BLOB_CHANGING(503, "The blob changes faster than it can be read", true),
    OUT_OF_MEMORY(503, "There is no memory for this now", true),
    DISK_FAILED(503, "The disk failed", true),
    TOO_MANY_LISTENERS(503, "Too many listen to events", true),
    IDENTITY_UNAVAILABLE(503, "Nobody can tell who the caller is", true),
    UNSUPPORTED_HTTP_VERSION(505, "This version of HTTP is not spoken"),
    POOL_FULL(507, "The pool is full"),
    DISK_FULL(507, "The disk is full");

    private final int status;
    private final String title;
    private final boolean retryable;

    ProblemCode(int status, String title) {
        this(status, title, false);
    }

    ProblemCode(int status, String title, boolean retryable) {
        this.status = status;
        this.title = title;
        this.retryable = retryable;
    }

    int status() {
        return status;
    }

    /// What the code means in general; the detail of a problem says what happened this time.
    String title() {
        return title;
    }

    /// Whether the same request may succeed after a moment.
    boolean retryable() {
        return retryable;
    }

    /// The code for a status that the framework chose.
    static ProblemCode ofStatus(int status) {
        return switch (status) {
            case 404 -> ROUTE_NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> BLOB_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            default -> status >= 500 ? INTERNAL_ERROR : BAD_REQUEST;
        };
    }
}
