package dev.zspool.observe;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/// Keeps a message from being more than one line, or from steering a terminal: what a client sent
/// may be in it. Control characters become `?`.
@LoggingFilter(name = "one-line")
public final class OneLine implements Filter {

    private static final PatternFormatter MESSAGE = new PatternFormatter("%s");

    private static final int FIRST_PRINTABLE = 0x20;
    private static final int DELETE = 0x7F;
    private static final int LAST_CONTROL = 0x9F;

    @Override
    public boolean isLoggable(LogRecord record) {
        if (record instanceof ExtLogRecord message) {
            String text = MESSAGE.format(message);
            String plain = plain(text);
            if (!plain.equals(text)) {
                message.setMessage(plain, ExtLogRecord.FormatStyle.NO_FORMAT);
                message.setParameters(null);
            }
        }
        return true;
    }

    /// The same text without control characters.
    static String plain(String text) {
        return text.codePoints().anyMatch(OneLine::isControl)
                ? text.codePoints()
                        .map(character -> isControl(character) ? '?' : character)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString()
                : text;
    }

    private static boolean isControl(int character) {
        return character < FIRST_PRINTABLE
                || (character >= DELETE && character <= LAST_CONTROL)
                // Line and paragraph separators, and what turns the direction of writing.
                || (character >= 0x2028 && character <= 0x202E)
                || (character >= 0x2066 && character <= 0x2069);
    }
}
