package dev.zspool.identity;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What those may do whom others vouch for: lines of a file, `subject roles`, see {@link Grants}
/// for the roles.
///
/// A subject is `sub:` and a token's subject, `group:` and one of its groups, or of a certificate
/// `cn:` and its common name, `dns:` or `uri:` and an alternative name.
final class SubjectGrants {
    static final SubjectGrants NONE = new SubjectGrants(Map.of());

    /// A group of this name is a role without any line: `zspool-reader`, `zspool-writer:orders`.
    private static final String OWN_GROUP = "group:zspool-";

    private static final List<String> KINDS = List.of("sub:", "group:", "cn:", "dns:", "uri:");

    private final Map<String, Grants> bySubject;

    private SubjectGrants(Map<String, Grants> bySubject) {
        this.bySubject = Map.copyOf(bySubject);
    }

    static SubjectGrants parse(List<String> lines) {
        Map<String, Grants> grants = new HashMap<>();
        ListFile.read(
                lines,
                2,
                "subject roles",
                fields -> {
                    if (KINDS.stream()
                            .noneMatch(kind ->
                                    fields[0].startsWith(kind)
                                            && fields[0].length() > kind.length())) {
                        throw new IllegalArgumentException(
                                "a subject begins with one of " + String.join(" ", KINDS));
                    }
                    grants.merge(fields[0], Grants.parse(fields[1]), Grants::and);
                });
        return new SubjectGrants(grants);
    }

    /// What somebody may do who is all of these subjects.
    Grants of(Collection<String> subjects) {
        Grants all = Grants.NONE;
        for (String subject : subjects) {
            all = all.and(bySubject.getOrDefault(subject, Grants.NONE)).and(ofOwnGroup(subject));
        }
        return all;
    }

    private static Grants ofOwnGroup(String subject) {
        if (!subject.startsWith(OWN_GROUP)) {
            return Grants.NONE;
        }
        try {
            return Grants.parse(subject.substring(OWN_GROUP.length()));
        } catch (IllegalArgumentException other) {
            // Some group of ours that is no role.
            return Grants.NONE;
        }
    }
}
