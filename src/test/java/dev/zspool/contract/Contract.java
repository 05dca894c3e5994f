package dev.zspool.contract;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What `openapi.yaml` says, and whether an exchange keeps to it.
///
/// Two validators look: one that knows OpenAPI, and one for the schemas and headers, which the
/// first reads as OpenAPI 3.0 had them: it overlooks types, constants and members too many.
public final class Contract {

    /// Of HTTP itself, or said by the document in another way.
    private static final Set<String> UNDOCUMENTED_HEADERS =
            Set.of(
                    "connection",
                    "content-security-policy",
                    "content-length",
                    "content-type",
                    "date",
                    "keep-alive",
                    "strict-transport-security",
                    "transfer-encoding",
                    "x-content-type-options");

    /// The document itself, which it does not describe.
    private static final Set<String> DOCUMENTS = Set.of("/openapi", "/q/openapi");

    /// Any path may answer this, so no operation lists it.
    private static final int EXPECTATION_FAILED = 417;

    private static final Contract CONTRACT = new Contract();

    private final JsonNode document;
    private final List<Operation> operations = new ArrayList<>();
    private final Schemas schemas;
    private final OpenApiInteractionValidator validator;

    private Contract() {
        try {
            String text = Files.readString(Path.of("openapi.yaml"));
            document = new ObjectMapper(new YAMLFactory()).readTree(text);
            validator = OpenApiInteractionValidator.createForInlineApiSpecification(text).build();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        schemas = new Schemas(document);
        document.path("paths").properties().forEach(path -> read(path.getKey(), path.getValue()));
    }

    private void read(String template, JsonNode path) {
        path.properties()
                .forEach(member -> {
                    JsonNode node = member.getValue();
                    if (node.has("operationId")) {
                        String method = member.getKey().toUpperCase(Locale.ROOT);
                        String id = node.path("operationId").asText();
                        operations.add(new Operation(id, method, template, node));
                    }
                });
    }

    /// The contract of the working tree.
    public static Contract contract() {
        return CONTRACT;
    }

    /// Its operations, in the document's order.
    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /// The answers that an operation may give, as [Recorder] notes them: a status, and a code where
    /// the document lists them.
    public List<String> answers(Operation operation) {
        List<String> answers = new ArrayList<>();
        operation
                .node()
                .path("responses")
                .properties()
                .forEach(response -> {
                    JsonNode examples =
                            resolve(response.getValue())
                                    .at("/content/application~1problem+json")
                                    .path("examples");
                    if (examples.isEmpty()) {
                        answers.add(response.getKey());
                    }
                    examples.fieldNames()
                            .forEachRemaining(code -> answers.add(response.getKey() + " " + code));
                });
        return answers;
    }

    /// The operation that a request is for; that of the GET for a HEAD that has none of its own.
    Optional<Operation> operation(String method, String path) {
        Optional<Operation> own = find(method, path);
        return own.isEmpty() && method.equals("HEAD") ? find("GET", path) : own;
    }

    private Optional<Operation> find(String method, String path) {
        return operations.stream()
                .filter(operation -> operation.method().equals(method) && operation.hasPath(path))
                .min(Comparator.comparingInt(Operation::pathParameters));
    }

    /// What in an exchange is not as the document says; nothing if all is well.
    public List<String> violations(Exchange exchange) {
        Optional<Operation> operation = operation(exchange.method(), exchange.path());
        List<String> found = new ArrayList<>();
        boolean isDocument = DOCUMENTS.contains(exchange.path()) && exchange.status() < 400;
        if (isDocument || exchange.isNotEvenAProblem()) {
            return found;
        }
        if (operation.isPresent()) {
            checkAnswer(operation.get(), exchange, found);
            checkRequest(operation.get(), exchange, found);
        } else {
            boolean isPath =
                    DOCUMENTS.contains(exchange.path())
                            || operations.stream().anyMatch(any -> any.hasPath(exchange.path()));
            checkStray(isPath, exchange, found);
        }
        return found;
    }

    private void checkAnswer(Operation operation, Exchange exchange, List<String> found) {
        JsonNode answer = resolve(operation.node().path("responses").path("" + exchange.status()));
        if (answer.isMissingNode() && exchange.status() == EXPECTATION_FAILED) {
            checkProblem(exchange, Set.of(), found);
            return;
        }
        if (answer.isMissingNode()) {
            found.add("the status is not documented");
            return;
        }
        askValidator(operation, answer, exchange, found);
        checkHeaders(answer, exchange, found);
        checkBody(answer, exchange, found);
    }

    private void askValidator(
            Operation operation, JsonNode answer, Exchange exchange, List<String> found) {
        SimpleResponse.Builder response = new SimpleResponse.Builder(exchange.status());
        TreeMap<String, List<String>> headers = new TreeMap<>(exchange.headers());
        boolean isBlob = answer.path("content").has("*/*");
        if (isBlob || !answer.has("content")) {
            // Whatever the client called its content, be it no media type at all.
            headers.put("content-type", List.of("application/octet-stream"));
        }
        headers.forEach(response::withHeader);
        if (exchange.mayHaveBody() && exchange.mediaType().endsWith("json") && !isBlob) {
            response.withBody(exchange.body());
        }
        Request.Method method = Request.Method.valueOf(operation.method());
        validator
                .validateResponse(operation.samplePath(), method, response.build())
                .getMessages()
                .stream()
                // It wants one wherever one is documented: for a HEAD too, and where it is empty.
                .filter(message -> !message.getKey().equals("validation.response.body.missing"))
                .forEach(message -> found.add(message.getKey() + ": " + message.getMessage()));
    }

    private void checkHeaders(JsonNode answer, Exchange exchange, List<String> found) {
        Set<String> names = new TreeSet<>(exchange.headers().keySet());
        names.removeAll(UNDOCUMENTED_HEADERS);
        answer.path("headers")
                .properties()
                .forEach(entry -> {
                    String name = entry.getKey();
                    JsonNode header = resolve(entry.getValue());
                    names.remove(name.toLowerCase(Locale.ROOT));
                    List<String> values = exchange.headers().get(name.toLowerCase(Locale.ROOT));
                    if (values != null) {
                        values.stream()
                                .flatMap(value ->
                                        schemas
                                                .headerViolations(header.path("schema"), value)
                                                .stream())
                                .forEach(wrong -> found.add("header " + name + ": " + wrong));
                    } else if (header.path("required").asBoolean()) {
                        found.add("header " + name + " is missing");
                    }
                });
        names.forEach(name -> found.add("header " + name + " is not documented"));
    }

    private void checkBody(JsonNode answer, Exchange exchange, List<String> found) {
        JsonNode content = answer.path("content");
        if (!exchange.mayHaveBody() || content.has("*/*")) {
            return;
        }
        if (content.isEmpty()) {
            if (!exchange.body().isEmpty()) {
                found.add("no body is documented");
            }
            return;
        }
        JsonNode type = content.path(exchange.mediaType());
        if (exchange.mediaType().isEmpty()) {
            found.add("the body is missing");
        }
        if (exchange.mediaType().endsWith("json")) {
            schemas.violations(type.path("schema"), exchange.body())
                    .forEach(wrong -> found.add("body: " + wrong));
        }
        String code = code(exchange);
        if (!code.isEmpty() && type.has("examples") && !type.path("examples").has(code)) {
            found.add("code " + code + " is not documented");
        }
    }

    /// The code of a problem, empty if the answer is none.
    String code(Exchange exchange) {
        return exchange.isProblem() && exchange.mayHaveBody() ? Schemas.code(exchange.body()) : "";
    }

    /// What was answered well must have been asked as documented.
    private void checkRequest(Operation operation, Exchange exchange, List<String> found) {
        if (exchange.status() >= 400) {
            return;
        }
        exchange.parameters().stream()
                .filter(name -> !hasParameter(operation, name))
                .forEach(name -> found.add("parameter " + name + " is not documented"));
    }

    private boolean hasParameter(Operation operation, String name) {
        for (JsonNode parameter : operation.node().path("parameters")) {
            JsonNode resolved = resolve(parameter);
            if (resolved.path("in").asText().equals("query")
                    && resolved.path("name").asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /// An answer to a request that is for no operation: what the document says about any path.
    private void checkStray(boolean isPath, Exchange exchange, List<String> found) {
        if (isPath && exchange.method().equals("OPTIONS") && exchange.status() == 200) {
            expectHeaders(exchange, Set.of("allow"), found);
            return;
        }
        Set<Integer> statuses =
                Set.of(400, 401, 403, isPath ? 405 : 404, EXPECTATION_FAILED, 429, 501, 503, 505);
        if (!statuses.contains(exchange.status())) {
            found.add("the document knows no such " + (isPath ? "method" : "path"));
            return;
        }
        Set<String> headers =
                switch (exchange.status()) {
                    case 401 -> Set.of("www-authenticate");
                    case 405 -> Set.of("allow");
                    case 429, 503 -> Set.of("retry-after");
                    default -> Set.of();
                };
        checkProblem(exchange, headers, found);
    }

    private void checkProblem(Exchange exchange, Set<String> headers, List<String> found) {
        expectHeaders(exchange, headers, found);
        if (exchange.mayHaveBody()) {
            JsonNode problem = document.at("/components/schemas/Problem");
            if (!exchange.isProblem()) {
                found.add("the body is no problem document");
            }
            schemas.violations(problem, exchange.body())
                    .forEach(wrong -> found.add("body: " + wrong));
        }
    }

    private static void expectHeaders(Exchange exchange, Set<String> names, List<String> found) {
        Set<String> others = new TreeSet<>(exchange.headers().keySet());
        others.removeAll(UNDOCUMENTED_HEADERS);
        if (!others.equals(names)) {
            found.add("headers " + others + " instead of " + names);
        }
    }

    /// The node itself, or what it refers to.
    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }
}
