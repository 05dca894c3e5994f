package dev.zspool.zsmalloc;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a walk over a pool found broken: one line each, which begins with the invariant's name.
final class Violations {
    private static final int MOST_VIOLATIONS = 100;

    private final List<String> lines = new ArrayList<>();

    @FormatMethod
    void expect(boolean holds, @FormatString String violation, Object... arguments) {
        if (!holds) {
            report(violation, arguments);
        }
    }

    @FormatMethod
    void report(@FormatString String violation, Object... arguments) {
        lines.add(String.format(Locale.ROOT, violation, arguments));
    }

    void addAll(List<String> others) {
        lines.addAll(others);
    }

    /// The first {@value #MOST_VIOLATIONS} of them.
    List<String> lines() {
        return List.copyOf(lines.subList(0, Math.min(lines.size(), MOST_VIOLATIONS)));
    }
}
