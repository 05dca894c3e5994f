package dev.zspool.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.pressure.MemoryPlan;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// How a container's limit is shared out: what the guide says, by the plan of the service.
final class MemoryShareTest {

    private static final Path GUIDE = Path.of("docs/operations/kubernetes.md");
    private static final Path OPTIONS = Path.of("src/main/jvm/jvm.options");

    private static final long MACHINE_BYTES = 1L << 40;
    private static final long JOURNAL_BYTES = 24L << 20;
    private static final long STACK_BYTES = 6L << 20;

    @Test
    void theTableInTheGuideIsThePlan() throws IOException {
        List<Matcher> rows =
                Files.readAllLines(GUIDE).stream()
                        .map(Pattern.compile("\\| `(\\d+[MG]i)` \\| (\\d+) MiB \\|.*")::matcher)
                        .filter(Matcher::matches)
                        .toList();
        assertTrue(rows.size() >= 4);
        for (Matcher row : rows) {
            assertEquals(
                    arenaBytes(row.group(1)) >> 20, Long.parseLong(row.group(2)), row.group(1));
        }
    }

    @Test
    void theManifestsLimitLeavesAQuarterToBlobs() throws IOException {
        String limit =
                Manifests.one("base/statefulset.yaml")
                        .at("/spec/template/spec/containers/0/resources/limits/memory")
                        .asText();
        assertTrue(4 * arenaBytes(limit) >= bytes(limit), limit);
        assertTrue(Files.readString(GUIDE).contains("| `" + limit + "` |"));
    }

    /// When everything else is as large as it may be.
    private static long arenaBytes(String limit) throws IOException {
        return MemoryPlan.of(
                        bytes(limit),
                        MACHINE_BYTES,
                        new MemoryPlan.Others(
                                option("-Xmx"),
                                option("-XX:MaxDirectMemorySize="),
                                option("-XX:MaxMetaspaceSize="),
                                option("-XX:ReservedCodeCacheSize="),
                                STACK_BYTES,
                                JOURNAL_BYTES))
                .arenaBytes();
    }

    private static long option(String name) throws IOException {
        return Files.readAllLines(OPTIONS).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line ->
                        Long.parseLong(line.substring(name.length(), line.length() - 1)) << 20)
                .findFirst()
                .orElseThrow();
    }

    private static long bytes(String quantity) {
        return Quantity.getAmountInBytes(new Quantity(quantity)).longValueExact();
    }
}
