package dev.zspool.service;

import dev.zspool.contract.ContractCheck;
import dev.zspool.contract.Exchange;
import dev.zspool.identity.ApiKeys;
import dev.zspool.testkit.TokenIssuer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// A service that asks who callers are, in every way but certificates, with an issuer of tokens
/// beside it.
final class SecuredService implements AutoCloseable {
    static final String POOL = "orders";

    final TokenIssuer issuer = new TokenIssuer();
    final ServiceProcess process;
    private final Map<String, HttpClient> clients = new HashMap<>();
    private final Random random = new Random(4711);
    private final StringBuilder lines = new StringBuilder();

    final String reader = key("reader", "reader");
    final String writer = key("writer", "writer");
    final String operator = key("operator", "operator");
    final String shop = key("shop", "writer:" + POOL);
    final String keeper = key("keeper", "reader,operator:" + POOL);

    SecuredService(Path folder) throws IOException, InterruptedException {
        Path keys = folder.resolve("keys");
        Files.writeString(keys, lines);
        Path grants = folder.resolve("grants");
        Files.writeString(grants, "sub:system:serviceaccount:shop:web writer:" + POOL + "\n");
        Path own = folder.resolve("own-token");
        Files.writeString(own, "own");
        process =
                ServiceProcess.start(
                        "-Dzspool.security.api-keys-file=" + keys,
                        "-Dzspool.security.grants-file=" + grants,
                        "-Dzspool.security.jwt.issuer=" + TokenIssuer.NAME,
                        "-Dzspool.security.jwt.keys=" + issuer.keysUrl(),
                        "-Dzspool.security.token-review.url=" + issuer.reviewUrl(),
                        "-Dzspool.security.token-review.token-file=" + own);
        expect(
                201,
                send(
                        "PUT",
                        "/v1/pools/" + POOL,
                        operator,
                        "{}",
                        "Content-Type",
                        "application/json"));
    }

    private String key(String name, String roles) {
        String key = ApiKeys.generate(random);
        lines.append(ApiKeys.line(name, roles, key)).append('\n');
        return key;
    }

    private static void expect(int status, Answer answer) {
        if (answer.status != status) {
            throw new IllegalStateException(answer.toString());
        }
    }

    /// An answer.
    record Answer(int status, String code, Map<String, List<String>> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name, List.of("")).getFirst();
        }
    }

    /// Sends a request with a key or a token.
    Answer send(String method, String path, String shown, String body, String... headers)
            throws IOException, InterruptedException {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Authorization";
        all[headers.length + 1] = "Bearer " + shown;
        return sendFrom("127.0.0.1", method, path, body, all);
    }

    /// Sends a request from an address, and holds the answer against the contract.
    Answer sendFrom(String address, String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path))
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<InputStream> response =
                client(address).send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        TreeMap<String, List<String>> received = new TreeMap<>();
        response.headers()
                .map()
                .forEach((name, values) -> received.put(name.toLowerCase(Locale.ROOT), values));
        boolean isStream =
                received.getOrDefault("content-type", List.of(""))
                        .getFirst()
                        .startsWith("text/event-stream");
        String text = "";
        try (InputStream content = response.body()) {
            if (!isStream) {
                text = new String(content.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        if (response.statusCode() >= 400) {
            ContractCheck.check(
                    new Exchange(
                            method,
                            path.replaceFirst("\\?.*", ""),
                            Set.of(),
                            response.statusCode(),
                            received,
                            text));
        }
        String code =
                Optional.of(text)
                        .filter(any -> any.contains("\"code\":\""))
                        .map(any -> any.replaceFirst("(?s).*\"code\":\"([A-Z_]+)\".*", "$1"))
                        .orElse("");
        return new Answer(response.statusCode(), code, received, text);
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + process.api().getPort() + path);
    }

    private HttpClient client(String address) {
        return clients.computeIfAbsent(
                address,
                any -> {
                    try {
                        return HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .localAddress(InetAddress.getByName(address))
                                .build();
                    } catch (IOException impossible) {
                        throw new IllegalStateException(impossible);
                    }
                });
    }

    @Override
    public void close() throws IOException {
        clients.values().forEach(HttpClient::shutdownNow);
        process.close();
        issuer.close();
    }
}
