package dev.zspool.http;

/// Ends a request with a problem. Carries no stack: it is an answer, not a defect.
final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final String detail;

    /// @param detail what happened this time, in words for the caller
    ProblemException(ProblemCode code, String detail) {
        super(detail, null, false, false);
        this.code = code;
        this.detail = detail;
    }

    ProblemCode code() {
        return code;
    }

    String detail() {
        return detail;
    }
}
