package dev.zspool.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// A CycloneDX bill of materials.
final class BillOfMaterials {
    private final Map<String, JsonNode> components = new HashMap<>();

    private BillOfMaterials(JsonNode json) {
        for (JsonNode component : json.path("components")) {
            components.put(
                    component.path("group").asText()
                            + "."
                            + component.path("name").asText()
                            + "-"
                            + component.path("version").asText(),
                    component);
        }
    }

    static BillOfMaterials read(Path file) throws IOException {
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        if (!json.path("bomFormat").asText().equals("CycloneDX")) {
            throw new IllegalArgumentException(file.toString());
        }
        return new BillOfMaterials(json);
    }

    boolean names(String name) {
        return components.values().stream()
                .anyMatch(component -> component.path("name").asText().equals(name));
    }

    /// What the list of licences must say of a jar, whose name may end with a classifier.
    String licenceLineOf(String jar) {
        JsonNode component = components.get(jar.substring(0, jar.length() - ".jar".length()));
        if (component == null) {
            throw new AssertionError(jar + " is not in the bill of materials");
        }
        return component.path("group").asText()
                + ":"
                + component.path("name").asText()
                + " "
                + component.path("version").asText()
                + ": "
                + component
                        .path("licenses")
                        .valueStream()
                        .map(licence ->
                                licence.has("expression")
                                        ? licence.path("expression").asText()
                                        : licence.path("license")
                                                .path(
                                                        licence.path("license").has("id")
                                                                ? "id"
                                                                : "name")
                                                .asText())
                        .collect(Collectors.joining(" or "));
    }
}
