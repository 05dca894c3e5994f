package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The operators' page of codes has each, as the code has it, and says what to do. With
/// `-Dzspool.docs.update=true` all but the last column is written anew.
class CodesPageTest {
    private static final Path PAGE = Path.of("docs/operations/codes.md");
    private static final String BEGIN =
            "<!-- codes: made from ProblemCode, but for the last column -->\n";
    private static final String END = "<!-- end of codes -->\n";
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|.*\\| (.*) \\|$");
    private static final int LEAST_ADVICE = 20;

    @Test
    void everyCodeIsOnThePage() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        Map<String, String> advice = new LinkedHashMap<>();
        Matcher row = ROW.matcher(page.substring(begin, end));
        while (row.find()) {
            advice.put(row.group(1), row.group(2));
        }
        String table = table(advice);
        if (Boolean.getBoolean("zspool.docs.update")) {
            page = page.substring(0, begin) + table + page.substring(end);
            Files.writeString(PAGE, page);
            end = page.indexOf(END);
        }
        assertEquals(
                table,
                page.substring(begin, end),
                "run ./zspool mvn test -Dtest=CodesPageTest -Dzspool.docs.update=true");
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
