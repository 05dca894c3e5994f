package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.MadePart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The operators' page of codes has each, as the code has it, and says what to do. With
/// `-Ddocs.update=true` all but the last column is written anew.
class CodesPageTest {
    private static final MadePart PAGE =
            new MadePart(
                    Path.of("docs/operations/codes.md"),
                    "<!-- codes: made from ProblemCode, but for the last column -->\n",
                    "<!-- end of codes -->\n");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|.*\\| (.*) \\|$");
    private static final int LEAST_ADVICE = 20;

    @Test
    void everyCodeIsOnThePage() throws IOException {
        Map<String, String> advice = new LinkedHashMap<>();
        Matcher row = ROW.matcher(PAGE.text());
        while (row.find()) {
            advice.put(row.group(1), row.group(2));
        }
        PAGE.assertIs(table(advice), CodesPageTest.class);
        for (ProblemCode code : ProblemCode.values()) {
            String text = advice.getOrDefault(code.name(), "");
            assertTrue(text.length() > LEAST_ADVICE, code + ": what does it mean, what is to do?");
        }
    }

    private static String table(Map<String, String> advice) {
        StringBuilder table =
                new StringBuilder(
                                "| code | status | again | what happened | what it means, what to do |\n")
                        .append("|---|---|---|---|---|\n");
        for (ProblemCode code : ProblemCode.values()) {
            table.append("| `")
                    .append(code)
                    .append("` | ")
                    .append(code.status())
                    .append(" | ")
                    .append(code.retryable() ? "yes" : "")
                    .append(" | ")
                    .append(code.title())
                    .append(" | ")
                    .append(advice.getOrDefault(code.name(), ""))
                    .append(" |\n");
        }
        return table.toString();
    }
}
