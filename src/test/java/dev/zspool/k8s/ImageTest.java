package dev.zspool.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.zspool.service.Dockerfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The image, the unit of systemd and the manifests agree. That the image's command runs is tested
/// by `service/DistributionIT`.
final class ImageTest {
    private static final String HOME = "/opt/zspool/";

    private final Dockerfile image;

    ImageTest() throws IOException {
        image = new Dockerfile(Path.of("dist/Dockerfile"));
    }

    private static JsonNode pod() {
        return Manifests.onlyOne(Manifests.rendered("single"), "StatefulSet")
                .at("/spec/template/spec");
    }

    @Test
    void theUserIsThatOfThePod() {
        JsonNode security = pod().path("securityContext");
        assertEquals(
                security.path("runAsUser").asText() + ":" + security.path("runAsGroup").asText(),
                image.only("USER"));
    }

    @Test
    void thePortsAreThoseOfThePod() {
        List<String> ports =
                pod().at("/containers/0/ports")
                        .valueStream()
                        .map(port -> port.path("containerPort").asText())
                        .toList();
        assertEquals(ports, List.of(image.only("EXPOSE").split(" ", -1)));
    }

    @Test
    void thePodRunsWhatTheImageRunsAndConfiguresTheSame() throws IOException {
        JsonNode container = pod().at("/containers/0");
        assertFalse(container.has("command"));
        assertFalse(container.has("args"));
        Map<String, String> variables = image.environment();
        JsonNode set =
                Manifests.ofKind(Manifests.rendered("single"), "ConfigMap").stream()
                        .filter(map -> Manifests.name(map).startsWith("zspool-config"))
                        .findFirst()
                        .orElseThrow()
                        .path("data");
        variables.forEach((name, value) -> {
            if (name.startsWith("ZSPOOL_")) {
                assertEquals(value, set.path(name).asText(), name);
            }
        });
        assertEquals(variables.get("MALLOC_ARENA_MAX"), container.at("/env/0/value").asText());
        assertEquals(variables.get("ZSPOOL_DATA_DIRECTORY"), image.only("VOLUME"));
        assertEquals("SIGTERM", image.only("STOPSIGNAL"));
        assertTrue(image.entryPoint().getFirst().startsWith(HOME));
    }

    @Test
    void itCopiesWhatItsCommandNames() throws IOException {
        Set<String> copied =
                image.all("COPY").stream()
                        .flatMap(line ->
                                Arrays.stream(line.split(" ", -1))
                                        .limit(line.split(" ", -1).length - 1))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertTrue(copied.containsAll(Set.of("runtime", "app", "LICENSE", "THIRD-PARTY.txt")));
        for (String argument : image.entryPoint()) {
            int begin = argument.indexOf(HOME);
            if (begin >= 0) {
                String file = argument.substring(begin + HOME.length());
                assertTrue(copied.contains(file.substring(0, file.indexOf('/'))), argument);
            }
        }
    }

    @Test
    void theUnitStopsWithTheServicesStatusAndGivesItTime() throws IOException {
        List<String> unit = Files.readAllLines(Path.of("dist/systemd/zspool.service"));
        assertTrue(unit.contains("ExecStart=" + HOME + "bin/zspool run"));
        assertTrue(unit.contains("SuccessExitStatus=143"));
        assertTrue(unit.contains("KillSignal=SIGTERM"));
        long grace = pod().path("terminationGracePeriodSeconds").asLong();
        assertTrue(unit.contains("TimeoutStopSec=" + grace + "s"));
        for (String line :
                List.of(
                        "DynamicUser=yes",
                        "StateDirectory=zspool",
                        "NoNewPrivileges=yes",
                        "ProtectSystem=strict",
                        "CapabilityBoundingSet=",
                        "Environment=ZSPOOL_DATA_DIRECTORY=/var/lib/zspool")) {
            assertTrue(unit.contains(line), line);
        }
        assertTrue(mebibytes(unit, "MemoryHigh=") < mebibytes(unit, "MemoryMax="));
    }

    private static long mebibytes(List<String> unit, String key) {
        String value =
                unit.stream()
                        .filter(line -> line.startsWith(key))
                        .findFirst()
                        .orElseThrow()
                        .substring(key.length());
        long number = Long.parseLong(value.substring(0, value.length() - 1));
        return value.endsWith("G") ? number << 10 : number;
    }
}
