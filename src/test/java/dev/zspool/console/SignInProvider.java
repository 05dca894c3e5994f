package dev.zspool.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.zspool.testkit.TokenIssuer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/// A provider of OpenID Connect that lets everybody in as an operator, and is strict about the
/// rest: the client, the place that it sends people back to, and the proof that the code comes from
/// where it was asked for (RFC 7636).
final class SignInProvider implements AutoCloseable {
    static final String CLIENT = "zspool-console";

    private final HttpServer server;
    private final TokenIssuer issuer;
    private volatile Map<String, String> asked = Map.of();
    private volatile boolean refuses;
    private volatile boolean mixesUp;

    SignInProvider(TokenIssuer issuer) throws IOException {
        this.issuer = issuer;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/.well-known/openid-configuration", this::configuration);
        server.createContext("/authorize", this::authorize);
        server.createContext("/token", this::token);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Lets nobody in from now on.
    void refuse() {
        refuses = true;
    }

    /// Answers with somebody else's token from now on, or not.
    void mixUp(boolean isOn) {
        mixesUp = isOn;
    }

    private void configuration(HttpExchange exchange) throws IOException {
        answer(
                exchange,
                200,
                "{\"issuer\":\"@\",\"authorization_endpoint\":\"@/authorize\",\"token_endpoint\":\"@/token\"}"
                        .replace("@", address()));
    }

    private void authorize(HttpExchange exchange) throws IOException {
        asked = parameters(exchange.getRequestURI().getRawQuery());
        String result = refuses ? "error=access_denied" : "code=the-code";
        exchange.getResponseHeaders()
                .set(
                        "Location",
                        asked.get("redirect_uri") + "?" + result + "&state=" + asked.get("state"));
        answer(exchange, 302, "");
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> shown =
                parameters(
                        new String(
                                exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        boolean isRight =
                "the-code".equals(shown.get("code"))
                        && CLIENT.equals(shown.get("client_id"))
                        && Objects.equals(asked.get("redirect_uri"), shown.get("redirect_uri"))
                        && "S256".equals(asked.get("code_challenge_method"))
                        && Objects.equals(
                                asked.get("code_challenge"),
                                digest(String.valueOf(shown.get("code_verifier"))));
        String nonce = mixesUp ? "another" : String.valueOf(asked.get("nonce"));
        String token =
                issuer.sign(
                        TokenIssuer.claims("ada", "zspool-operator")
                                .issuer(address())
                                .claim("nonce", nonce));
        answer(
                exchange,
                isRight ? 200 : 400,
                isRight
                        ? "{\"access_token\":\"opaque\",\"id_token\":\"" + token + "\"}"
                        : "{\"error\":\"invalid_grant\"}");
    }

    private static String digest(String verifier) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Map<String, String> parameters(String text) {
        return Arrays.stream(Optional.ofNullable(text).orElse("").split("&", -1))
                .map(pair -> pair.split("=", 2))
                .filter(pair -> pair.length == 2)
                .collect(
                        Collectors.toMap(
                                pair -> pair[0],
                                pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
