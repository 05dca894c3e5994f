package dev.zspool.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zspool.service.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Old and new `kubectl` make the same of an overlay.
final class KustomizeTest {

    static final List<String> OVERLAYS = Manifests.OVERLAYS;

    /// What the kustomize of kubectl 1.20 knows, of which we need so much.
    private static final Set<String> FIELDS =
            Set.of(
                    "apiVersion",
                    "kind",
                    "namespace",
                    "resources",
                    "bases",
                    "patchesStrategicMerge",
                    "configMapGenerator",
                    "generatorOptions",
                    "images");

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void everyKubectlRendersTheSame(String overlay) {
        Tools.assumeInstalled("kubectl");
        List<String> first = withoutHashes(Manifests.rendered(overlay));
        for (Path kubectl : Manifests.kubectls()) {
            assertEquals(
                    first, withoutHashes(Manifests.render(kubectl, overlay)), kubectl.toString());
        }
    }

    /// They compute the suffix of a ConfigMap's name, and order objects, each in its own way.
    private static List<String> withoutHashes(List<JsonNode> documents) {
        return documents.stream()
                .peek(document -> {
                    if (document.at("/metadata/annotations").isEmpty()
                            && document.at("/metadata") instanceof ObjectNode metadata) {
                        metadata.remove("annotations");
                    }
                })
                .map(document ->
                        document.toString()
                                .replaceAll("zspool-(config|grants)-[a-z0-9]{10}", "zspool-$1"))
                .sorted()
                .toList();
    }

    @Test
    void onlyWhatTheOldestOneKnowsIsUsed() throws IOException {
        try (Stream<Path> files = Files.walk(Manifests.ROOT)) {
            List<Path> found = files.filter(file -> file.endsWith("kustomization.yaml")).toList();
            assertEquals(6, found.size(), found::toString);
            for (Path file : found) {
                Set<String> fields = new TreeSet<>();
                Manifests.parse(Files.readString(file))
                        .getFirst()
                        .fieldNames()
                        .forEachRemaining(fields::add);
                fields.removeAll(FIELDS);
                assertEquals(Set.of(), fields, file.toString());
            }
        }
    }
}
