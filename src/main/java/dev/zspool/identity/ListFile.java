package dev.zspool.identity;

import java.util.List;
import java.util.regex.Pattern;

/// A file of lines with fields between blanks; empty lines and such that begin with `#` do not
/// count.
final class ListFile {
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private ListFile() {}

    /// Takes a line's fields.
    @FunctionalInterface
    interface Line {
        /// Reads a line.
        ///
        /// @throws IllegalArgumentException when its fields cannot be
        void accept(String[] fields);
    }

    /// Hands over the lines one by one.
    ///
    /// @param fieldCount how many fields each has
    /// @param shape what a line is like
    /// @throws IllegalArgumentException for one that cannot be, with its number but not its text,
    ///   which may be secret
    static void read(List<String> lines, int fieldCount, String shape, Line line) {
        for (int number = 1; number <= lines.size(); number++) {
            String text = lines.get(number - 1).strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            String[] fields = BLANKS.split(text, -1);
            if (fields.length != fieldCount) {
                throw new IllegalArgumentException("line " + number + " is not: " + shape);
            }
            try {
                line.accept(fields);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(
                        "line " + number + ": " + wrong.getMessage(), wrong);
            }
        }
    }
}
