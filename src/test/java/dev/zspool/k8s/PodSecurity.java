package dev.zspool.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The Pod Security Standard `restricted`, rule by rule, and what we ask of a pod beyond it.
final class PodSecurity {

    private static final Set<String> VOLUMES =
            Set.of(
                    "configMap",
                    "csi",
                    "downwardAPI",
                    "emptyDir",
                    "ephemeral",
                    "persistentVolumeClaim",
                    "projected",
                    "secret");
    private static final Set<String> SECCOMP = Set.of("RuntimeDefault", "Localhost");
    private static final Set<String> SELINUX =
            Set.of("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t");
    private static final Set<String> SYSCTLS =
            Set.of(
                    "kernel.shm_rmid_forced",
                    "net.ipv4.ip_local_port_range",
                    "net.ipv4.ip_unprivileged_port_start",
                    "net.ipv4.tcp_syncookies",
                    "net.ipv4.ping_group_range");

    private final List<String> violations = new ArrayList<>();
    private final JsonNode pod;

    private PodSecurity(JsonNode pod) {
        this.pod = pod;
    }

    /// What a pod's `spec` does that it may not.
    static List<String> violations(JsonNode pod) {
        PodSecurity check = new PodSecurity(pod);
        check.hostOfThePod();
        check.volumes();
        check.identity(pod, "pod");
        check.ourOwnOfThePod();
        containers(pod).forEach(check::container);
        return check.violations;
    }

    private static Stream<JsonNode> containers(JsonNode pod) {
        return Stream.of("containers", "initContainers", "ephemeralContainers")
                .flatMap(list -> pod.path(list).valueStream());
    }

    private void hostOfThePod() {
        for (String name : List.of("hostNetwork", "hostPID", "hostIPC")) {
            refuseIf(pod.path(name).asBoolean(false), name);
        }
        refuseIf(windowsHost(pod), "hostProcess");
        pod.at("/securityContext/sysctls")
                .valueStream()
                .map(sysctl -> sysctl.path("name").asText())
                .forEach(name -> refuseIf(!SYSCTLS.contains(name), "sysctl " + name));
    }

    private void volumes() {
        for (JsonNode volume : pod.path("volumes")) {
            volume.fieldNames()
                    .forEachRemaining(type ->
                            refuseIf(
                                    !type.equals("name") && !VOLUMES.contains(type),
                                    "volume of type " + type));
        }
    }

    private void identity(JsonNode owner, String who) {
        JsonNode context = owner.path("securityContext");
        refuseIf(context.path("runAsUser").asLong(1) == 0, who + ": runAsUser 0");
        refuseIf(!context.path("runAsNonRoot").asBoolean(true), who + ": runAsNonRoot false");
        String seccomp = context.at("/seccompProfile/type").asText("");
        refuseIf(!seccomp.isEmpty() && !SECCOMP.contains(seccomp), who + ": seccomp " + seccomp);
        String appArmor = context.at("/appArmorProfile/type").asText("");
        refuseIf(appArmor.equals("Unconfined"), who + ": AppArmor Unconfined");
        JsonNode selinux = context.path("seLinuxOptions");
        refuseIf(
                !SELINUX.contains(selinux.path("type").asText(""))
                        || selinux.has("user")
                        || selinux.has("role"),
                who + ": SELinux");
    }

    private void container(JsonNode container) {
        String name = container.path("name").asText();
        JsonNode context = container.path("securityContext");
        identity(container, name);
        refuseIf(windowsHost(container), name + ": hostProcess");
        refuseIf(context.path("privileged").asBoolean(false), name + ": privileged");
        refuseIf(
                context.path("allowPrivilegeEscalation").asBoolean(true),
                name + ": allowPrivilegeEscalation");
        refuseIf(
                !context.path("procMount").asText("Default").equals("Default"),
                name + ": procMount");
        capabilities(name, context.path("capabilities"));
        container
                .path("ports")
                .valueStream()
                .forEach(
                        port -> refuseIf(port.path("hostPort").asInt(0) != 0, name + ": hostPort"));
        // These two may be said once for the whole pod.
        refuseIf(
                !either(context, "/runAsNonRoot").asBoolean(false),
                name + ": runAsNonRoot is not said");
        refuseIf(
                either(context, "/seccompProfile/type").isMissingNode(),
                name + ": seccomp is not said");
        ourOwn(name, container);
    }

    private JsonNode either(JsonNode context, String pointer) {
        JsonNode own = context.at(pointer);
        return own.isMissingNode() ? pod.path("securityContext").at(pointer) : own;
    }

    private void capabilities(String name, JsonNode capabilities) {
        Set<String> dropped = new TreeSet<>();
        capabilities.path("drop").forEach(one -> dropped.add(one.asText()));
        refuseIf(!dropped.contains("ALL"), name + ": capabilities are not dropped");
        capabilities
                .path("add")
                .valueStream()
                .forEach(one ->
                        refuseIf(
                                !one.asText().equals("NET_BIND_SERVICE"),
                                name + ": capability " + one.asText()));
    }

    private void ourOwnOfThePod() {
        refuseIf(pod.path("automountServiceAccountToken").asBoolean(true), "a token is mounted");
        refuseIf(pod.path("enableServiceLinks").asBoolean(true), "service links");
        refuseIf(pod.path("serviceAccountName").asText("default").equals("default"), "no account");
    }

    private void ourOwn(String name, JsonNode container) {
        refuseIf(
                !container.at("/securityContext/readOnlyRootFilesystem").asBoolean(false),
                name + ": root is writable");
        JsonNode limit = container.at("/resources/limits/memory");
        refuseIf(
                limit.isMissingNode() || !limit.equals(container.at("/resources/requests/memory")),
                name + ": memory requested is not the limit");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            refuseIf(!container.has(probe), name + ": no " + probe);
        }
        String image = container.path("image").asText();
        refuseIf(
                !image.contains("@sha256:")
                        && (image.lastIndexOf(':') <= image.lastIndexOf('/')
                                || image.endsWith(":latest")),
                name + ": image without a version");
    }

    private static boolean windowsHost(JsonNode owner) {
        return owner.at("/securityContext/windowsOptions/hostProcess").asBoolean(false);
    }

    private void refuseIf(boolean isWrong, String violation) {
        if (isWrong) {
            violations.add(violation);
        }
    }
}
