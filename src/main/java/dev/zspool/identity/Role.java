package dev.zspool.identity;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What a caller may do. Each role may do what those before it may.
public enum Role {
    /// Reads blobs, lists them, and looks at statistics.
    READER,

    /// Stores and deletes blobs.
    WRITER,

    /// Makes and destroys pools, compacts, evicts, moves pages, shrinks.
    OPERATOR;

    private static final Set<String> OF_READERS = Set.of("reader");
    private static final Set<String> OF_WRITERS = Set.of("reader", "writer");
    private static final Set<String> OF_OPERATORS = Set.of("reader", "writer", "operator");

    /// As in tokens and key files: `reader`, `writer`, `operator`.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The names of this one and of those that it includes.
    public Set<String> included() {
        return switch (this) {
            case READER -> OF_READERS;
            case WRITER -> OF_WRITERS;
            case OPERATOR -> OF_OPERATORS;
        };
    }

    /// The role of a name, if there is one.
    static Optional<Role> of(String text) {
        for (Role role : values()) {
            if (role.text().equals(text)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    Role orHigher(Role other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
