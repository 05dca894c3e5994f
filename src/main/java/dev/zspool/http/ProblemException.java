package dev.zspool.http;

import java.util.Map;

/// Ends a request with a problem. Carries no stack: it is an answer, not a defect.
final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final String detail;

    @SuppressWarnings("serial") // it is of the JDK's immutable ones
    private final Map<String, String> headers;

    /// @param detail what happened this time, in words for the caller
    ProblemException(ProblemCode code, String detail) {
        this(code, detail, Map.of());
    }

    /// @param detail what happened this time, in words for the caller
    /// @param headers what the answer has beside its body
    ProblemException(ProblemCode code, String detail, Map<String, String> headers) {
        super(detail, null, false, false);
        this.code = code;
        this.detail = detail;
        this.headers = Map.copyOf(headers);
    }

    ProblemCode code() {
        return code;
    }

    String detail() {
        return detail;
    }

    Map<String, String> headers() {
        return headers;
    }
}
