package dev.zspool.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Notes in a file what the tests of one JVM have seen of the contract.
///
/// The service runs in several class loaders, one after the other, so this class may exist more
/// than once: the file is begun anew by whichever comes first.
final class Recorder {

    /// Where to note it; without this property nothing is noted.
    static final String FILE_PROPERTY = "contract.record";

    private static final String BEGUN_PROPERTY = FILE_PROPERTY + ".begun";

    private static final @Nullable String FILE = System.getProperty(FILE_PROPERTY);

    private static final Set<String> NOTED = new TreeSet<>();

    private Recorder() {}

    /// That a test class ran.
    static void ran(Class<?> testClass) {
        note("ran " + testClass.getName());
    }

    /// That an operation was called and answered so.
    static void saw(Operation operation, int status, String code) {
        note("saw " + operation.id() + " " + (status + " " + code).strip());
    }

    private static synchronized void note(String line) {
        if (FILE == null || !NOTED.add(line)) {
            return;
        }
        try {
            Path file = Path.of(FILE);
            if (System.getProperty(BEGUN_PROPERTY) == null) {
                System.setProperty(BEGUN_PROPERTY, "");
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.deleteIfExists(file);
            }
            Files.writeString(
                    file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// What was noted with this first word, without it.
    static Set<String> noted(Path file, String word) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
