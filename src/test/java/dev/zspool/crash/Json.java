package dev.zspool.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The little of JSON that is asked for here.
final class Json {
    private Json() {}

    /// The first number under a name, -1 when there is none.
    static long number(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\" *: *(-?\\d+)").matcher(json);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    }

    /// Every text under a name.
    static List<String> texts(String json, String name) {
        List<String> texts = new ArrayList<>();
        Matcher matcher = Pattern.compile("\"" + name + "\" *: *\"([^\"]*)\"").matcher(json);
        while (matcher.find()) {
            texts.add(matcher.group(1));
        }
        return texts;
    }
}
