package dev.zspool.k8s;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The names of metrics in an expression: words that are no function, keyword or label.
final class Promql {

    private static final Pattern TOKEN =
            Pattern.compile(
                    "\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|\\$?[a-zA-Z_:][a-zA-Z0-9_:]*"
                            + "|\\[[^\\]]*\\]|[0-9][0-9a-zA-Z.]*|\\S");
    private static final Set<String> LISTS =
            Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");

    private Promql() {}

    static Set<String> metrics(String expression) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(expression);
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        Set<String> names = new TreeSet<>();
        int i = 0;
        while (i < tokens.size()) {
            String token = tokens.get(i);
            String next = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
            if (token.equals("{")) {
                i = tokens.subList(i, tokens.size()).indexOf("}") + i;
            } else if (LISTS.contains(token) && next.equals("(")) {
                i = tokens.subList(i, tokens.size()).indexOf(")") + i;
            } else if (isName(token) && !next.equals("(")) {
                names.add(token);
            }
            i++;
        }
        return names;
    }

    private static boolean isName(String token) {
        char first = token.charAt(0);
        return (Character.isLetter(first) || first == '_' || first == ':')
                && !WORDS.contains(token)
                && !LISTS.contains(token)
                && !isAggregationBeforeItsLabels(token);
    }

    /// `sum by (x) (...)`: no bracket behind its name.
    private static boolean isAggregationBeforeItsLabels(String token) {
        return Set.of("sum", "avg", "min", "max", "count", "topk", "bottomk").contains(token);
    }
}
