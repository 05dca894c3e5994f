package dev.zspool.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.zspool.config.ZspoolConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// The manifests agree with each other and with the service's own configuration.
final class ManifestConsistencyTest {

    static final List<String> OVERLAYS = Manifests.OVERLAYS;

    private static final List<String> LABELS =
            List.of(
                    "app.kubernetes.io/name",
                    "app.kubernetes.io/instance",
                    "app.kubernetes.io/component",
                    "app.kubernetes.io/part-of");

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void everyKeyIsOneOfTheServices(String overlay) {
        Set<String> keys = new HashSet<>();
        variables("zspool", ZspoolConfig.class).forEach(keys::add);
        Set<String> unknown = new TreeSet<>();
        config(overlay).fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(keys);
        assertEquals(Set.of(), unknown);
    }

    @Test
    void portsAreThoseOfTheService() throws IOException {
        Properties defaults = applicationProperties();
        JsonNode ports = container("single").path("ports");
        assertEquals(
                defaults.getProperty("zspool.http.port"), port(ports, "http", "containerPort"));
        assertEquals(
                defaults.getProperty("zspool.management.port"),
                port(ports, "management", "containerPort"));
        List<JsonNode> documents = Manifests.rendered("single");
        for (JsonNode service : Manifests.ofKind(documents, "Service")) {
            for (JsonNode port : service.at("/spec/ports")) {
                assertEquals(port.path("name"), port.path("targetPort"));
                assertEquals(
                        port(ports, port.path("name").asText(), "containerPort"),
                        port.path("port").asText());
            }
        }
        JsonNode ingress = Manifests.onlyOne(documents, "NetworkPolicy").at("/spec/ingress");
        assertEquals(
                List.of(
                        port(ports, "http", "containerPort"),
                        port(ports, "management", "containerPort")),
                ingress.valueStream().map(rule -> rule.at("/ports/0/port").asText()).toList());
    }

    private static String port(JsonNode ports, String name, String field) {
        return ports.valueStream()
                .filter(port -> port.path("name").asText().equals(name))
                .map(port -> port.path(field).asText())
                .findFirst()
                .orElse("none");
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void selectorsFindThePod(String overlay) {
        List<JsonNode> documents = Manifests.rendered(overlay);
        JsonNode set = Manifests.onlyOne(documents, "StatefulSet");
        JsonNode labels = set.at("/spec/template/metadata/labels");
        Stream.concat(
                        Stream.of(
                                set.at("/spec/selector/matchLabels"),
                                Manifests.onlyOne(documents, "PodDisruptionBudget")
                                        .at("/spec/selector/matchLabels"),
                                Manifests.onlyOne(documents, "NetworkPolicy")
                                        .at("/spec/podSelector/matchLabels")),
                        Manifests.ofKind(documents, "Service").stream()
                                .map(service -> service.at("/spec/selector")))
                .forEach(selector -> assertContains(labels, selector));
        List<String> names =
                Manifests.ofKind(documents, "Service").stream().map(Manifests::name).toList();
        assertTrue(names.contains(set.at("/spec/serviceName").asText()), names::toString);
        assertEquals(
                Manifests.name(Manifests.onlyOne(documents, "ServiceAccount")),
                set.at("/spec/template/spec/serviceAccountName").asText());
        assertTrue(
                Manifests.ofKind(documents, "ConfigMap").stream()
                        .map(Manifests::name)
                        .anyMatch(
                                container(overlay).at("/envFrom/0/configMapRef/name").asText()
                                        ::equals));
    }

    private static void assertContains(JsonNode labels, JsonNode selector) {
        assertFalse(selector.isEmpty());
        selector.properties()
                .forEach(entry ->
                        assertEquals(
                                entry.getValue(), labels.path(entry.getKey()), entry.getKey()));
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void everythingHasTheRecommendedLabelsAndANamespace(String overlay) {
        for (JsonNode object : Manifests.rendered(overlay)) {
            if (object.path("kind").asText().equals("Namespace")) {
                assertEquals("zspool", Manifests.name(object));
                continue;
            }
            String namespace = object.path("kind").asText().startsWith("Cluster") ? "" : "zspool";
            assertEquals(namespace, object.at("/metadata/namespace").asText());
            JsonNode labels = object.at("/metadata/labels");
            LABELS.forEach(label ->
                    assertTrue(labels.has(label), () -> Manifests.name(object) + ": " + label));
        }
    }

    @Test
    void theServiceAnswersToItsNames() {
        Set<String> hosts =
                Set.of(config("single").path("ZSPOOL_HTTP_ALLOWED_HOSTS").asText().split(",", -1));
        for (String name : List.of("zspool", "zspool-0.zspool-headless")) {
            for (String end : List.of(".zspool.svc", ".zspool.svc.cluster.local")) {
                assertTrue(hosts.contains(name + end), name + end);
            }
        }
    }

    @Test
    void probesAskWhereTheServiceAnswers() throws IOException {
        Properties properties = applicationProperties();
        assertEquals("true", properties.getProperty("quarkus.management.enabled"));
        String root = properties.getProperty("quarkus.management.root-path", "/q");
        JsonNode container = container("single");
        for (String[] probe :
                new String[][] {
                    {"startupProbe", "started"},
                    {"livenessProbe", "live"},
                    {"readinessProbe", "ready"}
                }) {
            JsonNode get = container.path(probe[0]).path("httpGet");
            assertEquals(root + "/health/" + probe[1], get.path("path").asText());
            assertEquals("management", get.path("port").asText());
        }
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void thePodIsGivenTheTimeThatTheServiceTakesToStop(String overlay) throws Exception {
        long seconds =
                container(overlay).at("/lifecycle/preStop/sleep/seconds").asLong()
                        + shutdownSeconds(overlay, "delay")
                        + shutdownSeconds(overlay, "timeout");
        long grace = pod(overlay).path("terminationGracePeriodSeconds").asLong();
        assertTrue(grace >= seconds + 10, () -> seconds + " s of " + grace + " s are planned");
    }

    private static long shutdownSeconds(String overlay, String key) throws Exception {
        String value =
                ZspoolConfig.Shutdown.class
                        .getDeclaredMethod(key)
                        .getAnnotation(WithDefault.class)
                        .value();
        JsonNode set = config(overlay).path("ZSPOOL_SHUTDOWN_" + key.toUpperCase(Locale.ROOT));
        return DurationConverter.parseDuration(set.asText(value)).toSeconds();
    }

    @ParameterizedTest
    @FieldSource("OVERLAYS")
    void whatTheServiceWritesHasAVolume(String overlay) {
        JsonNode mounts = container(overlay).path("volumeMounts");
        String folder = config(overlay).path("ZSPOOL_DATA_DIRECTORY").asText();
        assertEquals("data", volume(mounts, folder));
        assertEquals("tmp", volume(mounts, "/tmp"));
        String keys = config(overlay).path("ZSPOOL_SECURITY_API_KEYS_FILE").asText();
        assertEquals("api-keys", volume(mounts, Path.of(keys).getParent().toString()));
        boolean isDurable = !overlay.equals("cache");
        JsonNode claims =
                Manifests.onlyOne(Manifests.rendered(overlay), "StatefulSet")
                        .at("/spec/volumeClaimTemplates");
        assertEquals(isDurable, claims.size() == 1, overlay);
        assertEquals(isDurable, !config(overlay).has("ZSPOOL_POOL_DURABILITY"), overlay);
    }

    private static String volume(JsonNode mounts, String folder) {
        return mounts.valueStream()
                .filter(mount -> mount.path("mountPath").asText().equals(folder))
                .map(mount -> mount.path("name").asText())
                .findFirst()
                .orElse("none");
    }

    @Test
    void thereIsOneAndNothingScalesIt() {
        for (String overlay : OVERLAYS) {
            List<JsonNode> documents = Manifests.rendered(overlay);
            assertEquals(
                    1, Manifests.onlyOne(documents, "StatefulSet").at("/spec/replicas").asInt());
            assertEquals(List.of(), Manifests.ofKind(documents, "HorizontalPodAutoscaler"));
            assertEquals(List.of(), Manifests.ofKind(documents, "Secret"));
        }
    }

    private static Properties applicationProperties() throws IOException {
        Properties properties = new Properties();
        try (var reader =
                Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            properties.load(reader);
        }
        return properties;
    }

    private static JsonNode config(String overlay) {
        return Manifests.ofKind(Manifests.rendered(overlay), "ConfigMap").stream()
                .filter(map -> Manifests.name(map).startsWith("zspool-config"))
                .findFirst()
                .orElseThrow()
                .path("data");
    }

    private static JsonNode pod(String overlay) {
        return Manifests.onlyOne(Manifests.rendered(overlay), "StatefulSet")
                .at("/spec/template/spec");
    }

    private static JsonNode container(String overlay) {
        return pod(overlay).at("/containers/0");
    }

    /// Every key as a variable of the environment.
    private static Stream<String> variables(String prefix, Class<?> group) {
        return Arrays.stream(group.getDeclaredMethods())
                .flatMap(method -> {
                    String key = prefix + '.' + kebab(method);
                    return method.getReturnType().isMemberClass()
                                    && method.getReturnType().isInterface()
                            ? variables(key, method.getReturnType())
                            : Stream.of(key.replaceAll("[^a-z0-9]", "_").toUpperCase(Locale.ROOT));
                });
    }

    private static String kebab(Method method) {
        return method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
