package dev.zspool.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The schemas of the document, in the dialect that OpenAPI 3.1 has them in: JSON Schema 2020-12.
final class Schemas {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode document;
    private final JsonSchemaFactory factory = JsonSchemaFactory.getInstance(VersionFlag.V202012);
    private final SchemaValidatorsConfig config =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    private final Map<JsonNode, JsonSchema> compiled = new HashMap<>();

    Schemas(JsonNode document) {
        this.document = document;
    }

    /// What is wrong with a body.
    List<String> violations(JsonNode schema, String json) {
        try {
            return violations(schema, JSON.readTree(json));
        } catch (JsonProcessingException malformed) {
            return List.of("is not JSON: " + malformed.getOriginalMessage());
        }
    }

    /// What is wrong with a header's value, which is text whatever it stands for.
    List<String> headerViolations(JsonNode schema, String value) {
        boolean isNumber = schema.path("type").asText().equals("integer");
        return isNumber ? violations(schema, value) : violations(schema, TextNode.valueOf(value));
    }

    /// The `code` of a problem, empty without one.
    static String code(String json) {
        try {
            return JSON.readTree(json).path("code").asText();
        } catch (JsonProcessingException malformed) {
            return "";
        }
    }

    private List<String> violations(JsonNode schema, JsonNode value) {
        return compile(schema).validate(value).stream().map(Object::toString).sorted().toList();
    }

    private synchronized JsonSchema compile(JsonNode schema) {
        return compiled.computeIfAbsent(
                schema,
                _ -> {
                    // References begin at the top of the document.
                    ObjectNode root = schema.deepCopy();
                    root.set("components", document.path("components"));
                    return factory.getSchema(root, config);
                });
    }
}
