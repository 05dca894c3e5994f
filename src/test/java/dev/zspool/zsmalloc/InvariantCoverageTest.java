package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.zspool.testkit.BreaksInvariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// No check without a test that breaks what it checks, and none that is not written down.
class InvariantCoverageTest {
    private static final Pattern REPORTED = Pattern.compile("\"(I-\\d+) ");
    private static final Pattern DOCUMENTED =
            Pattern.compile("^\\| (I-\\d+) \\|", Pattern.MULTILINE);

    @Test
    @DisplayName("every invariant that a checker can report has a corrupting test")
    void everyInvariantIsBroken() throws IOException {
        assertEquals(reported(), broken());
    }

    @Test
    @DisplayName("docs/invariants.md has exactly the invariants that the checkers report")
    void everyInvariantIsDocumented() throws IOException {
        NavigableSet<String> documented = new TreeSet<>();
        collect(DOCUMENTED, Files.readString(Path.of("docs/invariants.md")), documented);
        assertEquals(reported(), documented);
    }

    private static NavigableSet<String> reported() throws IOException {
        NavigableSet<String> found = new TreeSet<>();
        for (String engine : new String[] {"page", "zsmalloc", "blob"}) {
            try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/zspool", engine))) {
                for (Path file : files.toList()) {
                    collect(REPORTED, Files.readString(file), found);
                }
            }
        }
        return found;
    }

    private static NavigableSet<String> broken() {
        NavigableSet<String> found = new TreeSet<>();
        new ClassFileImporter()
                        .importPackages("dev.zspool.page", "dev.zspool.zsmalloc", "dev.zspool.blob")
                        .stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(BreaksInvariant.class))
                        .map(InvariantCoverageTest::invariantOf)
                        .forEach(found::add);
        return found;
    }

    private static String invariantOf(JavaMethod method) {
        return method.getAnnotationOfType(BreaksInvariant.class).value();
    }

    private static void collect(Pattern pattern, String text, NavigableSet<String> into) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            into.add(matcher.group(1));
        }
    }
}
