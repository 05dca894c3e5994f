package dev.zspool.http;

import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What stands behind the question mark, or a problem. Names that nobody asks for do not matter.
final class QueryParameters {
    private final MultivaluedMap<String, String> values;

    private QueryParameters(MultivaluedMap<String, String> values) {
        this.values = values;
    }

    static QueryParameters of(UriInfo uri) {
        return new QueryParameters(uri.getQueryParameters());
    }

    /// A parameter that may be missing, but not be there twice.
    Optional<String> text(String name) {
        List<String> all = values.getOrDefault(name, List.of());
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
        return new ProblemException(ProblemCode.BAD_PARAMETER, name + " must be " + must + ".");
    }
}
