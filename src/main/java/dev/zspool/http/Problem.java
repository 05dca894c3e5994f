package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/// The body of every error answer: problem details as in RFC 9457, with a stable `code`.
///
/// @param type an identifier of the kind of problem, one per code
/// @param title what the code means in general
/// @param status the status of the answer, again
/// @param detail what happened this time
/// @param code the name to match on
/// @param instance the path of the request
/// @param errors which fields are wrong; left out when it is not about fields
@JsonPropertyOrder({"type", "title", "status", "detail", "code", "instance", "errors"})
record Problem(
        String type,
        String title,
        int status,
        String detail,
        ProblemCode code,
        String instance,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> errors) {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPE_PREFIX = "urn:zspool:problem:";

    static Problem of(ProblemException problem, String instance) {
        ProblemCode code = problem.code();
        return new Problem(
                TYPE_PREFIX + code.name(),
                code.title(),
                code.status(),
                problem.detail(),
                code,
                instance,
                problem.errors());
    }
}
