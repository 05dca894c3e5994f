package dev.zspool.config;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.zspool.testkit.MadePart;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The README's table of keys is what the mapping says. With `-Ddocs.update=true` it is written
/// anew.
final class ConfigurationTableTest {
    private static final MadePart TABLE =
            new MadePart(
                    Path.of("README.md"),
                    "<!-- configuration: made from ZspoolConfig -->\n",
                    "<!-- end of configuration -->\n");

    @Test
    void theTableInTheReadmeIsTheMapping() throws IOException {
        TABLE.assertIs(table(), ConfigurationTableTest.class);
    }

    private static String table() {
        StringBuilder table = new StringBuilder("| key | default | meaning |\n|---|---|---|\n");
        rows("zspool", ZspoolConfig.class).forEach(table::append);
        return table.toString();
    }

    private static Stream<String> rows(String prefix, Class<?> group) {
        return Arrays.stream(group.getDeclaredMethods())
                .sorted((a, b) -> a.getName().compareTo(b.getName()))
                .flatMap(method -> {
                    String key = prefix + "." + kebab(method.getName());
                    return method.getReturnType().isMemberClass()
                                    && method.getReturnType().isInterface()
                            ? rows(key, method.getReturnType())
                            : Stream.of(row(key, method));
                });
    }

    private static String row(String key, Method method) {
        Meaning meaning = method.getAnnotation(Meaning.class);
        assertNotNull(meaning, key + " has no meaning");
        WithDefault value = method.getAnnotation(WithDefault.class);
        String fallback = value == null ? "" : "`" + value.value() + "`";
        return "| `" + key + "` | " + fallback + " | " + meaning.value() + " |\n";
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
