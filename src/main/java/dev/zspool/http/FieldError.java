package dev.zspool.http;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.util.Comparator;
import java.util.List;

/// What is wrong with one field of a request.
///
/// @param field where it is, as in `handles[3]`; empty for the whole
/// @param message what it must be
record FieldError(String field, String message) {

    /// A body of nothing but mistakes must not make a long answer.
    private static final int MOST = 20;

    /// The problem with a request whose fields are not as their constraints say.
    static ProblemException problem(ConstraintViolationException invalid) {
        List<FieldError> errors =
                invalid.getConstraintViolations().stream()
                        .map(FieldError::of)
                        .sorted(
                                Comparator.comparingInt((FieldError error) -> error.field.length())
                                        .thenComparing(FieldError::field)
                                        .thenComparing(FieldError::message))
                        .limit(MOST)
                        .toList();
        return problem(errors);
    }

    /// The problem with some fields, at least one.
    static ProblemException problem(List<FieldError> errors) {
        FieldError first = errors.getFirst();
        return new ProblemException(
                ProblemCode.BAD_BODY,
                (first.field.isEmpty() ? "The body" : first.field) + " " + first.message + ".",
                errors);
    }

    private static FieldError of(ConstraintViolation<?> violation) {
        StringBuilder field = new StringBuilder();
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.getKind() == ElementKind.PROPERTY) {
                field.append(field.isEmpty() ? "" : ".").append(node.getName());
            }
            if (node.getIndex() != null) {
                field.append('[').append(node.getIndex()).append(']');
            }
        }
        return new FieldError(field.toString(), violation.getMessage());
    }
}
