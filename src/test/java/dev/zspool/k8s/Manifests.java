package dev.zspool.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zspool.service.Tools;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// What lies in `k8s`, as it is and as `kubectl kustomize` renders it.
final class Manifests {

    static final Path ROOT = Path.of("k8s");

    /// What somebody may apply.
    static final List<String> OVERLAYS =
            List.of("single", "cache", "monitoring", "service-accounts");

    static final ObjectMapper JSON = new ObjectMapper();

    private static final String KUBECTL = "kubectl";
    private static final Map<String, List<JsonNode>> RENDERED = new ConcurrentHashMap<>();

    private Manifests() {}

    /// The documents of one file below `k8s`.
    static List<JsonNode> read(String file) throws IOException {
        return parse(Files.readString(ROOT.resolve(file)));
    }

    static JsonNode one(String file) throws IOException {
        List<JsonNode> documents = read(file);
        assertEquals(1, documents.size(), file);
        return documents.getFirst();
    }

    static List<JsonNode> parse(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return StreamSupport.stream(
                        new Yaml(new SafeConstructor(options)).loadAll(yaml).spliterator(), false)
                .map(document -> JSON.<JsonNode>valueToTree(document))
                .toList();
    }

    /// An overlay as the first `kubectl` on the path renders it; the test is skipped without one.
    static List<JsonNode> rendered(String overlay) {
        Tools.assumeInstalled(KUBECTL);
        return RENDERED.computeIfAbsent(overlay, name -> render(kubectls().getFirst(), name));
    }

    static List<JsonNode> render(Path kubectl, String overlay) {
        try {
            Path folder = Files.createTempDirectory("zspool-k8s");
            Tools.Ending ending =
                    Tools.run(
                            folder,
                            List.of(
                                    "/bin/sh",
                                    "-c",
                                    "exec \"$0\" kustomize \"$1\" 2>warnings",
                                    kubectl.toString(),
                                    ROOT.resolve("overlays")
                                            .resolve(overlay)
                                            .toAbsolutePath()
                                            .toString()));
            String warnings = Files.readString(folder.resolve("warnings"));
            Files.delete(folder.resolve("warnings"));
            Files.delete(folder);
            assertEquals(0, ending.exitStatus(), kubectl + ": " + warnings);
            // The first line is the command.
            return parse(ending.output().substring(ending.output().indexOf('\n')));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// Every `kubectl` on the path: `.ci/run` puts Debian's there, too, which knows the least.
    static List<Path> kubectls() {
        List<Path> found = new ArrayList<>();
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, KUBECTL))
                .filter(Files::isExecutable)
                .forEach(found::add);
        return found;
    }

    static List<JsonNode> ofKind(List<JsonNode> documents, String kind) {
        return documents.stream()
                .filter(document -> document.at("/kind").asText().equals(kind))
                .toList();
    }

    static JsonNode onlyOne(List<JsonNode> documents, String kind) {
        List<JsonNode> found = ofKind(documents, kind);
        assertEquals(1, found.size(), kind);
        return found.getFirst();
    }

    static String name(JsonNode document) {
        return document.at("/metadata/name").asText();
    }
}
