package dev.zspool.http;

import java.util.List;
import java.util.Map;

/// Ends a request with a problem. Carries no stack: it is an answer, not a defect.
final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final String detail;

    @SuppressWarnings("serial") // it is of the JDK's immutable ones
    private final Map<String, String> headers;

    private final transient List<FieldError> errors;

    /// @param detail what happened this time, in words for the caller
    ProblemException(ProblemCode code, String detail) {
        this(code, detail, Map.of(), List.of());
    }

    /// @param detail what happened this time, in words for the caller
    /// @param headers what the answer has beside its body
    ProblemException(ProblemCode code, String detail, Map<String, String> headers) {
        this(code, detail, headers, List.of());
    }

    /// @param detail what happened this time, in words for the caller
    /// @param errors which fields are wrong
    ProblemException(ProblemCode code, String detail, List<FieldError> errors) {
        this(code, detail, Map.of(), errors);
    }

    private ProblemException(
            ProblemCode code, String detail, Map<String, String> headers, List<FieldError> errors) {
        super(detail, null, false, false);
        this.code = code;
        this.detail = detail;
        this.headers = Map.copyOf(headers);
        this.errors = List.copyOf(errors);
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

    List<FieldError> errors() {
        return errors;
    }
}
