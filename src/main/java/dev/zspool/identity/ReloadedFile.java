package dev.zspool.identity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// What a file says; looked at again from time to time, since secrets are replaced while the
/// process runs. A file that becomes unreadable or wrong changes nothing but the log.
///
/// @param <T> what it is read as
final class ReloadedFile<T> {
    private static final Logger LOG = Logger.getLogger(ReloadedFile.class);

    private final String key;
    private final Path path;
    private final Function<List<String>, T> parser;
    private List<String> lines;
    private String lastComplaint = "";
    private volatile T value;

    /// Reads it for the first time.
    ///
    /// @param key the configuration's name of it
    /// @throws IllegalArgumentException when it cannot be read or is wrong
    ReloadedFile(String key, Path path, Function<List<String>, T> parser) {
        this.key = key;
        this.path = path;
        this.parser = parser;
        try {
            this.lines = Files.readAllLines(path);
            this.value = parser.apply(lines);
        } catch (IOException | UncheckedIOException unreadable) {
            throw new IllegalArgumentException(
                    key + "=" + path + " cannot be read: " + unreadable, unreadable);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(key + "=" + path + ", " + wrong.getMessage(), wrong);
        }
    }

    T value() {
        return value;
    }

    /// Reads it again. One thread at a time.
    void refresh() {
        try {
            List<String> now = Files.readAllLines(path);
            if (now.equals(lines)) {
                return;
            }
            T parsed = parser.apply(now);
            lines = now;
            value = parsed;
            lastComplaint = "";
            LOG.infof("%s=%s was read again: it has changed", key, path);
        } catch (IOException | RuntimeException wrong) {
            // Whatever it is: nothing may end the reading of this file and of others.
            String complaint =
                    wrong instanceof IllegalArgumentException
                            ? String.valueOf(wrong.getMessage())
                            : wrong.toString();
            if (!complaint.equals(lastComplaint)) {
                lastComplaint = complaint;
                LOG.errorf(
                        "%s=%s cannot be used, what it said before stays valid: %s",
                        key, path, complaint);
            }
        }
    }
}
