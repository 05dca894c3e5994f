package dev.zspool.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every rule can fail: in its fixture it blames each type called `Bad…`, and no other.
class RuleFixturesTest {

    private static final String FIXTURES = "dev.zspool.arch.fixture.";

    @TestFactory
    Stream<DynamicTest> blames() {
        return ArchitectureRules.all("unused").keySet().stream()
                .map(id -> DynamicTest.dynamicTest(id, () -> blamesExactlyTheBad(id)));
    }

    private static void blamesExactlyTheBad(String id) {
        JavaClasses fixture = new ClassFileImporter().importPackages(FIXTURES + id);
        Set<String> bad =
                fixture.stream()
                        .filter(type -> type.getSimpleName().startsWith("Bad"))
                        .map(JavaClass::getName)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertFalse(bad.isEmpty(), "no fixture for rule " + id);

        ArchRule rule = ArchitectureRules.all(FIXTURES + id).get(id);
        assertEquals(bad, blamed(rule, fixture));
    }

    /// The type at the start of each line of the report.
    private static Set<String> blamed(ArchRule rule, JavaClasses fixture) {
        Set<String> names = new TreeSet<>();
        Pattern subject = Pattern.compile("^[\\s-]*(?:\\w+ ){1,3}<([^>]+)>", Pattern.MULTILINE);
        for (String line : rule.evaluate(fixture).getFailureReport().getDetails()) {
            Matcher matcher = subject.matcher(line);
            while (matcher.find()) {
                String member = matcher.group(1);
                fixture.stream()
                        .map(JavaClass::getName)
                        .filter(name -> member.equals(name) || member.startsWith(name + "."))
                        .forEach(names::add);
            }
        }
        return names;
    }
}
