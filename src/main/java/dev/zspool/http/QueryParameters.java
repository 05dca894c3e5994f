package dev.zspool.http;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What stands behind the question mark, or a problem. Names that nobody asks for do not matter.
final class QueryParameters {
    private static final QueryParameters NONE = new QueryParameters(name -> List.of());

    private final Function<String, List<String>> values;

    private QueryParameters(Function<String, List<String>> values) {
        this.values = values;
    }

    static QueryParameters of(HttpServerRequest request) {
        return request.query() == null ? NONE : new QueryParameters(request.params()::getAll);
    }

    static QueryParameters of(UriInfo uri) {
        MultivaluedMap<String, String> all = uri.getQueryParameters();
        return new QueryParameters(name -> all.getOrDefault(name, List.of()));
    }

    /// A parameter that may be missing, but not be there twice.
    Optional<String> text(String name) {
        List<String> all = values.apply(name);
        if (all.size() > 1) {
            throw bad(name, "given once");
        }
        return all.stream().findFirst();
    }

    /// A whole number that may be missing.
    OptionalInt number(String name, int least, int most) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        int number = Digits.toInt(text.get()).orElse(-1);
        if (number < least || number > most) {
            throw bad(name, "a number from " + least + " to " + most);
        }
        return OptionalInt.of(number);
    }

    /// A number of bytes, from 0 on, that may be missing.
    ///
    /// @return null when it is
    @Nullable Long count(String name) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return null;
        }
        return Digits.toLong(text.get()).orElseThrow(() -> bad(name, "a number from 0 on"));
    }

    /// `true` or `false`, or nothing.
    Optional<Boolean> flag(String name) {
        return text(name)
                .map(text ->
                        switch (text) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw bad(name, "true or false");
                        });
    }

    /// The problem with a parameter.
    ///
    /// @param must what it must be, in words
    static ProblemException bad(String name, String must) {
        String message = "must be " + must;
        return new ProblemException(
                ProblemCode.BAD_PARAMETER,
                name + " " + message + ".",
                List.of(new FieldError(name, message)));
    }
}
