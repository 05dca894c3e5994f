package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract at the top of the repository is what is served, and is true.
@QuarkusTest
class OpenApiTest extends EdgeTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static JsonNode file() throws IOException {
        return YAML.readTree(Files.readString(java.nio.file.Path.of("openapi.yaml")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/openapi", "/q/openapi"})
    void theServedDocumentIsTheFile(String path) throws IOException {
        assertEquals(file(), YAML.readTree(given().get(path).asString()));
        String json = given().accept("application/json").get(path).asString();
        assertEquals(file(), new ObjectMapper().readTree(json));
    }

    @Test
    void routesAndFileAreTheSame() throws IOException {
        Set<String> documented = new TreeSet<>();
        file().path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .fieldNames()
                                .forEachRemaining(addRoute(documented, path.getKey())));
        Set<String> routes =
                AllowedMethods.routes()
                        .map(route -> route.method() + " " + route.template())
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(routes, documented);
    }

    private static Consumer<String> addRoute(Set<String> routes, String path) {
        return name -> {
            if (!name.equals("parameters")) {
                routes.add(name.toUpperCase(Locale.ROOT) + " " + path);
            }
        };
    }

    @Test
    void everyResourceIsKnownToTheRoutes() throws IOException {
        try (Stream<java.nio.file.Path> classes =
                Files.list(java.nio.file.Path.of("target/classes/dev/zspool/http"))) {
            Set<String> resources =
                    classes.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".class") && !name.contains("package-"))
                            .map(name -> "dev.zspool.http." + name.replace(".class", ""))
                            .filter(OpenApiTest::hasPath)
                            .collect(Collectors.toSet());
            assertEquals(
                    resources,
                    AllowedMethods.RESOURCES.stream()
                            .map(Class::getName)
                            .collect(Collectors.toSet()));
        }
    }

    private static boolean hasPath(String name) {
        try {
            return Class.forName(name).isAnnotationPresent(Path.class);
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void codesAreTheCodes() throws IOException {
        Set<String> documented = new TreeSet<>();
        file().at("/components/schemas/ProblemCode/enum")
                .forEach(code -> documented.add(code.asText()));
        assertEquals(
                Arrays.stream(ProblemCode.values())
                        .map(Enum::name)
                        .collect(Collectors.toCollection(TreeSet::new)),
                documented);
    }

    @Test
    void everyExampleOfAProblemIsAsItWouldBeSent() throws IOException {
        Set<String> shown = new TreeSet<>();
        for (JsonNode response : file().at("/components/responses")) {
            JsonNode examples = response.at("/content/application~1problem+json/examples");
            assertFalse(examples.isEmpty(), response::toString);
            examples.properties()
                    .forEach(example -> {
                        JsonNode value = example.getValue().path("value");
                        ProblemCode code = ProblemCode.valueOf(example.getKey());
                        Problem problem =
                                Problem.of(
                                        new ProblemException(
                                                code,
                                                value.path("detail").asText(),
                                                errors(value.path("errors"))),
                                        value.path("instance").asText());
                        assertEquals(YAML.valueToTree(problem), value);
                        shown.add(code.name());
                    });
        }
        // Not of one operation: any path answers these.
        shown.addAll(Set.of("ROUTE_NOT_FOUND", "METHOD_NOT_ALLOWED", "EXPECTATION_FAILED"));
        assertEquals(ProblemCode.values().length, shown.size(), shown::toString);
    }

    private static List<FieldError> errors(JsonNode errors) {
        return errors.valueStream()
                .map(error ->
                        new FieldError(
                                error.path("field").asText(), error.path("message").asText()))
                .toList();
    }

    @Test
    void everyStatusOfAnOperationHasACodeOfThatStatus() throws IOException {
        JsonNode file = file();
        for (JsonNode path : file.path("paths")) {
            for (JsonNode operation : path) {
                operation
                        .path("responses")
                        .properties()
                        .forEach(response -> {
                            String reference = response.getValue().path("$ref").asText();
                            if (!reference.isEmpty()) {
                                JsonNode examples =
                                        file.at(reference.substring(1))
                                                .at("/content/application~1problem+json")
                                                .path("examples");
                                examples.forEach(example ->
                                        assertEquals(
                                                response.getKey(),
                                                example.at("/value/status").asText()));
                                assertTrue(examples.size() > 0, reference);
                            }
                        });
            }
        }
    }
}
