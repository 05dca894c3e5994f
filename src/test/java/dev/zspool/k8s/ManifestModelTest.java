package dev.zspool.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/// Every object is one that the cluster's API takes, and the check is seen to refuse others.
final class ManifestModelTest {

    static final List<String> OVERLAYS = Manifests.OVERLAYS;

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void renderedObjectsAreValid(String overlay) {
        for (JsonNode object : Manifests.rendered(overlay)) {
            assertEquals(List.of(), StrictModels.problems(object), Manifests.name(object));
        }
    }

    @Test
    void filesAreValid() throws IOException {
        for (String folder : List.of("base", "monitoring")) {
            for (JsonNode object : objects(Manifests.ROOT.resolve(folder))) {
                assertEquals(List.of(), StrictModels.problems(object), Manifests.name(object));
            }
        }
    }

    private static List<JsonNode> objects(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names =
                    files.map(file -> Manifests.ROOT.relativize(file).toString())
                            .filter(file -> file.endsWith(".yaml"))
                            .filter(file -> !file.endsWith("kustomization.yaml"))
                            .toList();
            assertFalse(names.isEmpty());
            Stream.Builder<JsonNode> objects = Stream.builder();
            for (String name : names) {
                Manifests.read(name).forEach(objects);
            }
            return objects.build().toList();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Unknown, missing, of a wrong type, not a quantity; at several depths.
                "base/statefulset.yaml | /spec/replicaz | 1 | replicaz",
                "base/statefulset.yaml | /spec/template/spec/containers/0/livenessProb | {} | livenessProb",
                "base/statefulset.yaml | /spec/template/spec/containers/0/lifecycle/preStop/sleep/second | 1 | second",
                "base/statefulset.yaml | /spec/selector | - | selector",
                "base/statefulset.yaml | /spec/template/spec/containers/0/name | - | name",
                "base/statefulset.yaml | /spec/template/spec/containers/0/ports/0/containerPort | \"http\" | fabric8",
                "base/statefulset.yaml | /spec/template/spec/terminationGracePeriodSeconds | \"1m\" | fabric8",
                "base/statefulset.yaml | /spec/template/spec/containers/0/resources/limits/memory | \"1Gx\" | no quantity",
                "base/statefulset.yaml | /spec/template/spec/containers/0/resources/limits/memory | \"-1Gi\" | no amount",
                "base/statefulset.yaml | /spec/template/spec/volumes/1/emptyDir/sizeLimit | \"lots\" | no quantity",
                "base/statefulset.yaml | /apiVersion | \"apps/v1beta1\" | no model",
                "base/service.yaml | /spec/ports/0/nodeport | 1 | nodeport",
                "base/service.yaml | /spec/ports/0/port | - | port",
                "base/network-policy.yaml | /spec/ingres | [] | ingres",
                "base/network-policy.yaml | /spec/egress/0 | {\"too\":[]} | too",
                "base/pod-disruption-budget.yaml | /spec/maxUnavailble | 1 | maxUnavailble",
                "base/service-account.yaml | /automountServiceAccountToken | \"no\" | fabric8",
                "monitoring/service-monitor.yaml | /spec/endpoints/0/intervall | \"15s\" | intervall",
                "monitoring/service-monitor.yaml | /spec/endpoints | \"all\" | fabric8",
                "monitoring/prometheus-rule.yaml | /spec/groups/0/rules/0/fro | \"5m\" | fro",
            })
    void aWrongObjectIsRefused(String file, String pointer, String value, String problem)
            throws IOException {
        JsonNode object = Manifests.one(file);
        if (pointer.equals("/spec/egress/0")) {
            PodSecurityTest.put(object, "/spec/egress", "[" + value + "]");
        } else {
            PodSecurityTest.put(object, pointer, value);
        }
        List<String> problems = StrictModels.problems(object);
        assertTrue(problems.stream().anyMatch(said -> said.contains(problem)), problems::toString);
    }
}
