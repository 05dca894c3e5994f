package dev.zspool.http;

import java.util.ArrayList;
import java.util.List;

/// The value of `If-Match` or `If-None-Match`: any version (`*`), or some by their entity tags.
///
/// What is not a list of entity tags is a problem, not ignored: a condition that the service drops
/// lets a write through that was not meant.
final class EntityTagList {

    private static final String WEAK = "W/";

    private static final EntityTagList ANY = new EntityTagList(List.of());

    /// As they were written, with their quotes; none of them: any version.
    private final List<String> tags;

    private EntityTagList(List<String> tags) {
        this.tags = tags;
    }

    /// The list, or a problem.
    ///
    /// @param field the header's name, for the problem
    /// @param lines its values, one a line of the request, at least one
    static EntityTagList parse(CharSequence field, List<String> lines) {
        if (lines.size() == 1 && lines.getFirst().strip().equals("*")) {
            return ANY;
        }
        List<String> tags = new ArrayList<>();
        for (String line : lines) {
            addTags(field, line, tags);
        }
        if (tags.isEmpty()) {
            throw bad(field, "it names no entity tag");
        }
        return new EntityTagList(tags);
    }

    private static void addTags(CharSequence field, String line, List<String> tags) {
        boolean separated = true;
        int at = 0;
        while (at < line.length()) {
            char c = line.charAt(at);
            if (c == ',') {
                separated = true;
                at++;
            } else if (c == ' ' || c == '\t') {
                at++;
            } else if (separated) {
                int end = endOfTag(field, line, at);
                tags.add(line.substring(at, end));
                separated = false;
                at = end;
            } else {
                throw bad(field, "there is no comma between two entity tags");
            }
        }
    }

    private static int endOfTag(CharSequence field, String line, int start) {
        int quote = line.startsWith(WEAK, start) ? start + WEAK.length() : start;
        if (quote >= line.length() || line.charAt(quote) != '"') {
            throw bad(field, "an entity tag stands in double quotes, and * alone");
        }
        int at = quote + 1;
        while (at < line.length() && isOfTag(line.charAt(at))) {
            at++;
        }
        if (at == line.length()) {
            throw bad(field, "an entity tag has no second double quote");
        }
        if (line.charAt(at) != '"') {
            throw bad(field, "an entity tag has a space or a control character in it");
        }
        return at + 1;
    }

    /// `etagc` of RFC 9110; the characters of a header are Latin-1.
    private static boolean isOfTag(char c) {
        return c == '!' || (c > '"' && c < 0x7F) || c >= 0x80;
    }

    private static ProblemException bad(CharSequence field, String why) {
        return new ProblemException(
                ProblemCode.BAD_HEADER,
                field
                        + " must be * or a list like \"x\", W/\"y\" of quoted entity tags: "
                        + why
                        + ".");
    }

    /// Whether a version is meant, as `If-Match` compares: a weak tag never is.
    ///
    /// @param tag the version's, a strong one
    boolean matchesStrongly(String tag) {
        return tags.isEmpty() || tags.contains(tag);
    }

    /// Whether a version is meant, as `If-None-Match` compares: weak or not does not matter.
    ///
    /// @param tag the version's, a strong one
    boolean matchesWeakly(String tag) {
        if (matchesStrongly(tag)) {
            return true;
        }
        for (String each : tags) {
            if (each.length() == tag.length() + WEAK.length()
                    && each.startsWith(WEAK)
                    && each.endsWith(tag)) {
                return true;
            }
        }
        return false;
    }
}
