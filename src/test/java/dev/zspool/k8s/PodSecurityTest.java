package dev.zspool.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/// The pod keeps the profile `restricted`, and each rule of it is seen to be broken.
final class PodSecurityTest {

    static final List<String> OVERLAYS = Manifests.OVERLAYS;

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void everyOverlayKeepsTheRules(String overlay) {
        JsonNode pod =
                Manifests.onlyOne(Manifests.rendered(overlay), "StatefulSet")
                        .at("/spec/template/spec");
        assertEquals(List.of(), PodSecurity.violations(pod));
    }

    @Test
    void theBaseKeepsAllButThatOfTheImage() throws IOException {
        assertEquals(List.of("zspool: image without a version"), PodSecurity.violations(pod()));
    }

    @Test
    void theNamespaceHoldsOthersToThem() throws IOException {
        JsonNode labels = Manifests.one("base/namespace.yaml").at("/metadata/labels");
        for (String mode : List.of("enforce", "audit", "warn")) {
            assertEquals("restricted", labels.path("pod-security.kubernetes.io/" + mode).asText());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/hostNetwork                                          | true          | hostNetwork",
                "/hostPID                                              | true          | hostPID",
                "/hostIPC                                              | true          | hostIPC",
                "/securityContext/windowsOptions                       | {\"hostProcess\":true} | hostProcess",
                "/securityContext/sysctls                              | [{\"name\":\"kernel.msgmax\"}] | sysctl kernel.msgmax",
                "/securityContext/runAsUser                            | 0             | pod: runAsUser 0",
                "/securityContext/runAsNonRoot                         | false         | pod: runAsNonRoot false",
                "/securityContext/seccompProfile/type                  | \"Unconfined\" | pod: seccomp Unconfined",
                "/securityContext/appArmorProfile                      | {\"type\":\"Unconfined\"} | pod: AppArmor Unconfined",
                "/securityContext/seLinuxOptions                       | {\"type\":\"spc_t\"} | pod: SELinux",
                "/securityContext/seLinuxOptions                       | {\"role\":\"sysadm_r\"} | pod: SELinux",
                "/volumes/1                                            | {\"name\":\"x\",\"hostPath\":{}} | volume of type hostPath",
                "/automountServiceAccountToken                         | -             | a token is mounted",
                "/enableServiceLinks                                   | -             | service links",
                "/serviceAccountName                                   | -             | no account",
                "/containers/0/securityContext/privileged              | true          | zspool: privileged",
                "/containers/0/securityContext/allowPrivilegeEscalation | -            | zspool: allowPrivilegeEscalation",
                "/containers/0/securityContext/procMount               | \"Unmasked\"  | zspool: procMount",
                "/containers/0/securityContext/runAsUser               | 0             | zspool: runAsUser 0",
                "/containers/0/securityContext/runAsNonRoot            | false         | zspool: runAsNonRoot",
                "/containers/0/securityContext/capabilities            | -             | zspool: capabilities are not dropped",
                "/containers/0/securityContext/capabilities/add        | [\"SYS_ADMIN\"] | zspool: capability SYS_ADMIN",
                "/containers/0/securityContext/readOnlyRootFilesystem  | -             | zspool: root is writable",
                "/containers/0/securityContext/seccompProfile/type     | \"Unconfined\" | zspool: seccomp Unconfined",
                "/containers/0/securityContext/windowsOptions          | {\"hostProcess\":true} | zspool: hostProcess",
                "/containers/0/ports/0/hostPort                        | 8080          | zspool: hostPort",
                "/containers/0/resources/limits/memory                 | \"1Gi\"       | zspool: memory requested is not the limit",
                "/containers/0/resources/limits/memory                 | -             | zspool: memory requested is not the limit",
                "/containers/0/startupProbe                            | -             | zspool: no startupProbe",
                "/containers/0/livenessProbe                           | -             | zspool: no livenessProbe",
                "/containers/0/readinessProbe                          | -             | zspool: no readinessProbe",
                "/containers/0/image                                   | \"zspool:latest\" | zspool: image without a version",
            })
    void aBrokenRuleIsReported(String pointer, String value, String violation) throws IOException {
        JsonNode pod = pod();
        put(pod, "/containers/0/image", "\"zspool:0.1.0\"");
        assertEquals(List.of(), PodSecurity.violations(pod));
        put(pod, pointer, value);
        assertTrue(
                PodSecurity.violations(pod).stream().anyMatch(said -> said.startsWith(violation)),
                () -> PodSecurity.violations(pod).toString());
    }

    @Test
    void whatNeitherThePodNorTheContainerSaysIsReported() throws IOException {
        JsonNode pod = pod();
        put(pod, "/securityContext", "{}");
        put(pod, "/containers/0/securityContext/runAsNonRoot", "-");
        put(pod, "/containers/0/securityContext/seccompProfile", "-");
        List<String> said = PodSecurity.violations(pod);
        assertTrue(said.contains("zspool: runAsNonRoot is not said"), said::toString);
        assertTrue(said.contains("zspool: seccomp is not said"), said::toString);
    }

    @Test
    void aSecondContainerIsLookedAtAsWell() throws IOException {
        JsonNode pod = pod();
        put(pod, "/initContainers", "[{\"name\":\"first\",\"image\":\"first:1\"}]");
        List<String> said = PodSecurity.violations(pod);
        assertTrue(said.contains("first: allowPrivilegeEscalation"), said::toString);
        assertTrue(said.contains("first: capabilities are not dropped"), said::toString);
    }

    private static JsonNode pod() throws IOException {
        return Manifests.one("base/statefulset.yaml").at("/spec/template/spec");
    }

    /// Sets what a pointer names, or takes it away.
    static void put(JsonNode root, String pointer, String value) throws IOException {
        int last = pointer.lastIndexOf('/');
        JsonNode parent = root.at(pointer.substring(0, last));
        String name = pointer.substring(last + 1);
        if (parent instanceof ArrayNode list) {
            list.set(Integer.parseInt(name), Manifests.JSON.readTree(value));
        } else if (value.equals("-")) {
            ((ObjectNode) parent).remove(name);
        } else {
            ((ObjectNode) parent).set(name, Manifests.JSON.readTree(value));
        }
    }
}
