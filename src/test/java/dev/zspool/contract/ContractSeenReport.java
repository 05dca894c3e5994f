package dev.zspool.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Runs when all other tests have, and says how much of the contract they have seen.
final class ContractSeenReport {

    private static final Path TEST_CLASSES = Path.of("target/test-classes");
    private static final Path REPORT = Path.of("target/contract/unseen.txt");

    @Test
    void everyOperationWasCalledAndSucceeded() throws IOException {
        Path record = Path.of(System.getProperty(Recorder.FILE_PROPERTY, ""));
        assumeTrue(Files.isRegularFile(record), "no test of the service ran before");
        Set<String> missing = testsOfTheService();
        missing.removeAll(Recorder.noted(record, "ran"));
        assumeTrue(missing.isEmpty(), () -> "these tests did not run before: " + missing);

        Contract contract = Contract.contract();
        Set<String> seen = Recorder.noted(record, "saw");
        List<String> unseen = new ArrayList<>();
        List<String> neverSucceeded = new ArrayList<>();
        for (Operation operation : contract.operations()) {
            if (seen.stream().noneMatch(line -> line.startsWith(operation.id() + " 2"))) {
                neverSucceeded.add(operation.id());
            }
            contract.answers(operation).stream()
                    .map(answer -> operation.id() + " " + answer)
                    .filter(answer -> !seen.contains(answer))
                    .forEach(unseen::add);
        }
        Files.write(REPORT, unseen);
        System.out.println(
                unseen.size()
                        + " documented answers that no test has seen are listed in "
                        + REPORT);
        assertEquals(List.of(), neverSucceeded, "operations that no test saw succeed");
    }

    private static Set<String> testsOfTheService() throws IOException {
        Set<String> tests = new TreeSet<>();
        try (Stream<Path> classes = Files.walk(TEST_CLASSES)) {
            classes.map(file -> TEST_CLASSES.relativize(file).toString())
                    .filter(file -> file.endsWith("Test.class"))
                    .map(file -> file.replace(".class", "").replace('/', '.'))
                    .filter(ContractSeenReport::isTestOfTheService)
                    .forEach(tests::add);
        }
        return tests;
    }

    private static boolean isTestOfTheService(String name) {
        try {
            return Class.forName(name, false, ContractSeenReport.class.getClassLoader())
                    .isAnnotationPresent(QuarkusTest.class);
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
