package dev.zspool.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A part of a page that is made from the code: between two comments, and the same as what the code
/// says. With `-Ddocs.update=true` it is written anew instead.
///
/// @param page the file
/// @param begin the line before the part
/// @param end the line behind it
public record MadePart(Path page, String begin, String end) {
    /// What the page has.
    public String text() throws IOException {
        String all = Files.readString(page);
        int from = all.indexOf(begin);
        int to = all.indexOf(end);
        assertTrue(from >= 0 && to > from, page + " has no " + begin);
        return all.substring(from + begin.length(), to);
    }

    /// Fails unless the page has just this.
    ///
    /// @param test by which it can be written anew
    public void assertIs(String made, Class<?> test) throws IOException {
        if (Boolean.getBoolean("docs.update")) {
            String all = Files.readString(page);
            Files.writeString(page, all.replace(begin + text() + end, begin + made + end));
        }
        assertEquals(
                made,
                text(),
                "run ./zspool mvn test -Dtest=" + test.getSimpleName() + " -Ddocs.update=true");
    }
}
