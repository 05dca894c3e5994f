package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.contract.Contract;
import dev.zspool.contract.Operation;
import dev.zspool.testkit.TokenIssuer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Who may do what, of every operation; and what those try who may not.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AccessIT {
    private static final List<String> ROLES = List.of("known", "reader", "writer", "operator");

    private SecuredService service;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException, InterruptedException {
        service = new SecuredService(folder);
    }

    @AfterAll
    void stop() throws IOException {
        service.close();
    }

    /// Somebody, who shows a header or none, comes from an address of their own, and may do what
    /// their role in the pool `default`, in the pool `orders`, and elsewhere says.
    private record Somebody(
            String name, String header, String ofDefault, String ofOrders, String elsewhere) {
        static Somebody unknown(String name, String header) {
            return new Somebody(name, header, "401", "401", "401");
        }

        static Somebody known(String name, String token, String role) {
            return new Somebody(name, "Bearer " + token, role, role, role);
        }

        static Somebody ofPool(String name, String token, String other, String ofOrders) {
            return new Somebody(name, "Bearer " + token, other, ofOrders, other);
        }
    }

    private List<Somebody> everybody() {
        String expired =
                service.issuer.sign(
                        TokenIssuer.claims("a", "zspool-operator")
                                .issuedAt(Instant.now().minusSeconds(600))
                                .expiresAt(Instant.now().minusSeconds(300)));
        String foreign =
                service.issuer.sign(TokenIssuer.claims("a", "zspool-operator").audience("vault"));
        service.issuer.letReview(
                "reviewed", TokenIssuer.good("ops", TokenIssuer.AUDIENCE, "zspool-operator"));
        service.issuer.letReview(
                "reviewed-web",
                TokenIssuer.good("system:serviceaccount:shop:web", TokenIssuer.AUDIENCE));
        return List.of(
                Somebody.unknown("nobody", ""),
                Somebody.unknown("basic", "Basic b3BlcmF0b3I6b3BlcmF0b3I="),
                Somebody.unknown("wrong key", "Bearer zsk_" + "A".repeat(43)),
                Somebody.unknown("expired token", "Bearer " + expired),
                Somebody.unknown("token for others", "Bearer " + foreign),
                Somebody.unknown("unreviewed token", "Bearer never-seen"),
                Somebody.known("token without a role", service.issuer.token("nobody"), "known"),
                Somebody.known("reader", service.reader, "reader"),
                Somebody.known(
                        "reader by token", service.issuer.token("r", "zspool-reader"), "reader"),
                Somebody.known("writer", service.writer, "writer"),
                Somebody.ofPool("writer of one pool", service.shop, "known", "writer"),
                Somebody.ofPool("reviewed, of one pool", "reviewed-web", "known", "writer"),
                Somebody.ofPool("operator of one pool", service.keeper, "reader", "operator"),
                Somebody.known("reviewed operator", "reviewed", "operator"),
                Somebody.known("operator", service.operator, "operator"));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    @DisplayName("every operation for everybody: 401, 403, or allowed, as documented")
    void table() {
        List<Operation> operations = Contract.contract().operations();
        assertTrue(operations.size() > 40);
        List<Somebody> everybody = everybody();
        List<Executable> cases = new ArrayList<>();
        for (int at = 0; at < everybody.size(); at++) {
            Somebody who = everybody.get(at);
            String address = "127.0.1." + (at + 1);
            for (Operation operation : operations) {
                cases.add(() -> check(who, operation, "default", who.ofDefault, address));
                if (operation.template().contains("{pool}")) {
                    // From elsewhere, since what is wrong is limited for each address.
                    String other = "127.0.2." + (everybody.indexOf(who) + 1);
                    cases.add(
                            () -> check(who, operation, SecuredService.POOL, who.ofOrders, other));
                }
            }
        }
        assertAll(cases);
    }

    private void check(
            Somebody who, Operation operation, String pool, String roleInPool, String address)
            throws IOException, InterruptedException {
        String needed = operation.node().path("x-role").asText();
        assertTrue(ROLES.contains(needed), operation + " names no role");
        String role = operation.template().contains("{pool}") ? roleInPool : who.elsewhere;
        String[] headers =
                who.header.isEmpty() ? new String[0] : new String[] {"Authorization", who.header};
        SecuredService.Answer answer =
                service.sendFrom(address, operation.method(), operation.pathIn(pool), "", headers);
        String what = who.name + ": " + operation.method() + " " + operation.pathIn(pool);
        boolean isHead = operation.method().equals("HEAD");
        if (role.equals("401")) {
            assertEquals("401 UNAUTHENTICATED", status(answer, isHead, "UNAUTHENTICATED"), what);
            assertTrue(
                    answer.header("www-authenticate").startsWith("Bearer realm=\"zspool\""), what);
        } else if (ROLES.indexOf(role) < ROLES.indexOf(needed)) {
            assertEquals("403 FORBIDDEN", status(answer, isHead, "FORBIDDEN"), what);
        } else {
            assertNotEquals(401, answer.status(), what);
            assertNotEquals(403, answer.status(), what);
            assertTrue(answer.status() < 500, what + ": " + answer);
        }
    }

    /// The answer to HEAD has no body that could say the code.
    private static String status(SecuredService.Answer answer, boolean isHead, String expected) {
        return answer.status() + " " + (isHead ? expected : answer.code());
    }

    @Test
    @DisplayName("what is no operation is for nobody who is not known, either")
    void otherPaths() throws IOException, InterruptedException {
        for (String path : List.of("/openapi", "/q/openapi", "/none", "/v1", "/q/metrics")) {
            for (String method : List.of("GET", "POST", "OPTIONS")) {
                SecuredService.Answer answer =
                        service.sendFrom("127.0.3." + method.length(), method, path, "");
                assertEquals(401, answer.status(), method + " " + path);
            }
        }
        assertEquals(200, service.send("GET", "/openapi", service.reader, "").status());
        assertEquals(404, service.send("GET", "/none", service.operator, "").status());
    }

    @Test
    @DisplayName("handleGuessing: who has no role in a pool does not learn what is in it")
    void handleGuessing() throws IOException, InterruptedException {
        assertEquals(
                201,
                service.send("PUT", "/v1/pools/default/blobs/secret", service.writer, "x")
                        .status());
        SecuredService.Answer there =
                service.send("GET", "/v1/pools/default/blobs/secret", service.shop, "");
        SecuredService.Answer missing =
                service.send("GET", "/v1/pools/default/blobs/secreu", service.shop, "");
        SecuredService.Answer noPool =
                service.send("GET", "/v1/pools/nothing/blobs/secret", service.shop, "");
        assertEquals("FORBIDDEN", there.code());
        assertEquals("FORBIDDEN", missing.code());
        assertEquals("FORBIDDEN", noPool.code());
        assertEquals(
                404,
                service.send("GET", "/v1/pools/orders/blobs/secret", service.shop, "").status());
    }

    @Test
    @DisplayName("pathTraversal: no way of writing a path leads into another pool")
    void pathTraversal() throws IOException, InterruptedException {
        assertEquals(
                201,
                service.send("PUT", "/v1/pools/default/blobs/t", service.writer, "x").status());
        for (String path :
                List.of(
                        "/v1/pools/orders/../default/blobs/t",
                        "/v1/pools/orders/%2e%2e/default/blobs/t",
                        "/v1/pools/orders%2f..%2fdefault/blobs/t",
                        "/v1/pools/orders;/../default/blobs/t",
                        "/v1/pools/orders%3b/../default/blobs/t",
                        "/v1/pools/orders\\..\\default/blobs/t",
                        "/v1/pools/orders%5c..%5cdefault/blobs/t",
                        "/v1/pools/%64efault/blobs/t",
                        "/v1/pools/default;x/blobs/t",
                        "/v1/pools/default%00/blobs/t",
                        "/v1/pools//default/blobs/t",
                        "//v1/pools/default/blobs/t",
                        "/v1/pools/DEFAULT/blobs/t",
                        "/v1/pools/default%20/blobs/t",
                        "/v1/pools/orders/blobs/..%2f..%2fdefault%2fblobs%2ft",
                        "http://orders/v1/pools/default/blobs/t",
                        "/v1/pools/default/blobs/t#/v1/pools/orders")) {
            String status = raw("GET " + path + " HTTP/1.1", service.shop);
            assertTrue(
                    List.of("400", "403", "404").contains(status),
                    path + " was answered " + status);
        }
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), service.process.api().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    /// The status of the answer to a request as it is written here.
    private String raw(String line, String shown) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(
                            (line
                                            + "\r\nHost: localhost\r\nConnection: close\r\n"
                                            + "Authorization: Bearer "
                                            + shown
                                            + "\r\n\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            String head = new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
            return head.length() < 12 ? "closed" : head.substring(9);
        }
    }

    @Test
    @DisplayName("headerInjection: what is stored cannot end a header of an answer")
    void headerInjection() throws IOException, InterruptedException {
        for (String evil : List.of("a\rSet-Cookie: x", "a\nSet-Cookie: x", "a\u0000b")) {
            String status =
                    raw(
                            "PUT /v1/pools/orders/blobs/h HTTP/1.1\r\nContent-Length: 0\r\nContent-Type: "
                                    + evil,
                            service.shop);
            assertEquals("400", status);
        }
        // A pool's name comes back in the problem, as the path has it.
        SecuredService.Answer answer =
                service.send("GET", "/v1/pools/a%0d%0aSet-Cookie:%20x/blobs/h", service.reader, "");
        assertFalse(answer.headers().containsKey("set-cookie"));
    }

    @Test
    @DisplayName("decompression: what claims to be compressed is kept and given back as it came")
    void decompressionTricks() throws IOException, InterruptedException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write(new byte[10 << 20]);
        }
        // As text, which has the same bytes on the wire and back.
        String body = Base64.getEncoder().encodeToString(bomb.toByteArray());
        String path = "/v1/pools/orders/blobs/bomb";
        assertEquals(
                201,
                service.send("PUT", path, service.shop, body, "Content-Encoding", "gzip").status());
        SecuredService.Answer back =
                service.send("GET", path, service.shop, "", "Accept-Encoding", "identity");
        assertEquals(body, back.body());
        assertEquals("gzip", back.header("content-encoding"));
        // A document is not unpacked, so that a small one cannot become a large one.
        SecuredService.Answer batch =
                service.send(
                        "POST",
                        "/v1/pools/orders/blobs:get",
                        service.shop,
                        body,
                        "Content-Type",
                        "application/json",
                        "Content-Encoding",
                        "gzip");
        assertEquals("BAD_BODY", batch.code());
        assertEquals(
                "",
                service.send("GET", "/v1/pools/orders", service.shop, "", "Accept-Encoding", "gzip")
                        .header("content-encoding"));
    }

    @Test
    @DisplayName(
            "zeroLength: an empty body ends where it says, and what is behind it is asked anew")
    void zeroLengthTricks() throws IOException, InterruptedException {
        String path = "/v1/pools/orders/blobs/empty";
        assertEquals(201, service.send("PUT", path, service.shop, "").status());
        assertEquals("0", service.send("GET", path, service.shop, "").header("content-length"));
        assertEquals(
                416, service.send("GET", path, service.shop, "", "Range", "bytes=0-0").status());
        for (String length : List.of("-1", "0x10", "+5", "0, 5", "99999999999999999999")) {
            assertEquals(
                    "400",
                    raw("PUT " + path + " HTTP/1.1\r\nContent-Length: " + length, service.shop),
                    length);
        }
        try (Socket socket = connect()) {
            String smuggled =
                    "GET /v1/memory HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream()
                    .write(
                            ("PUT "
                                            + path
                                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
                                            + "Authorization: Bearer "
                                            + service.operator
                                            + "\r\n\r\n"
                                            + smuggled)
                                    .getBytes(StandardCharsets.US_ASCII));
            String answers =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answers.startsWith("HTTP/1.1 204 "), answers);
            assertTrue(answers.contains("HTTP/1.1 401 "), "each request says who sends it");
        }
    }

    @Test
    @DisplayName("logInjection: a line of the audit log is one line, whatever was asked for")
    void logInjection() throws IOException, InterruptedException {
        service.send(
                "POST",
                "/v1/pools/x%0a2026%20INFO%20caller=%22root%22/compaction?%0d%0a",
                service.operator,
                "");
        String audit = audit("x%0a2026");
        assertTrue(audit.contains("caller=\"operator\" way=API_KEY address=127.0.0.1"), audit);
        assertTrue(
                service.process.output().lines().noneMatch(line -> line.startsWith("2026 INFO")));
    }

    @Test
    @DisplayName("the audit log says who did what an operator may, and who was refused")
    void auditLog() throws IOException, InterruptedException {
        assertEquals(
                200,
                service.send("POST", "/v1/pools/orders/compaction", service.keeper, "").status());
        assertTrue(
                audit("POST /v1/pools/orders/compaction")
                        .contains("caller=\"keeper\" way=API_KEY address=127.0.0.1"));
        assertEquals(
                403,
                service.send("POST", "/v1/memory/shrink?x=refused", service.writer, "").status());
        String refused = audit("x=refused");
        assertTrue(
                refused.contains("caller=\"writer\"") && refused.contains(" status=403 ["),
                refused);
        assertEquals(
                201,
                service.send("PUT", "/v1/pools/orders/blobs/quiet", service.shop, "x").status());
        assertEquals("", audit("quiet"), "a write of a blob is none");
    }

    /// The lines of the audit log with some text.
    private String audit(String text) throws IOException {
        return String.join(
                "\n",
                service.process
                        .output()
                        .lines()
                        .filter(line -> line.contains("dev.zspool.audit") && line.contains(text))
                        .toList());
    }

    @Test
    @DisplayName("no key and no token is in the log")
    void noSecretsInTheLog() throws IOException {
        String output = service.process.output();
        Stream.of(service.reader, service.writer, service.operator, service.shop, service.keeper)
                .forEach(key -> assertFalse(output.contains(key)));
    }

    @Test
    @DisplayName("a body waits while the cluster thinks about the token")
    void slowReview() throws IOException, InterruptedException {
        service.issuer.letReview(
                "slow", TokenIssuer.good("w", TokenIssuer.AUDIENCE, "zspool-writer"));
        service.issuer.delay(300);
        try {
            byte[] random = new byte[3 << 20];
            new Random(5).nextBytes(random);
            String body = Base64.getEncoder().encodeToString(random);
            assertEquals(
                    201,
                    service.send("PUT", "/v1/pools/default/blobs/slow", "slow", body).status());
            assertEquals(
                    body, service.send("GET", "/v1/pools/default/blobs/slow", "slow", "").body());
        } finally {
            service.issuer.delay(0);
        }
    }

    @Test
    @DisplayName("a cluster that is away: 503 for its tokens, and keys go on")
    void clusterIsAway() throws IOException, InterruptedException {
        service.issuer.fail(java.util.Optional.of(500));
        try {
            SecuredService.Answer answer =
                    service.send("GET", "/v1/pools/default", "not-seen-yet", "");
            assertEquals("503 IDENTITY_UNAVAILABLE", answer.status() + " " + answer.code());
            assertFalse(answer.header("retry-after").isEmpty());
            assertEquals(
                    200, service.send("GET", "/v1/pools/default", service.reader, "").status());
        } finally {
            service.issuer.fail(java.util.Optional.empty());
        }
    }

    @Test
    @DisplayName("wrong keys are limited by address; right ones, and others, are not hindered")
    void wrongKeys() throws IOException, InterruptedException {
        int limited = 0;
        for (int at = 0; at < 300; at++) {
            SecuredService.Answer answer =
                    service.sendFrom(
                            "127.0.4.1",
                            "GET",
                            "/v1/pools/default",
                            "",
                            "Authorization",
                            "Bearer zsk_" + at);
            if (answer.status() == 429) {
                assertEquals("TOO_MANY_ATTEMPTS", answer.code());
                assertEquals("1", answer.header("retry-after"));
                limited++;
            } else {
                assertEquals(401, answer.status());
            }
        }
        assertTrue(limited > 200, limited + " limited");
        String right = "Bearer " + service.reader;
        for (String address : List.of("127.0.4.1", "127.0.4.2")) {
            assertEquals(
                    200,
                    service.sendFrom(
                                    address, "GET", "/v1/pools/default", "", "Authorization", right)
                            .status());
        }
    }

    @Test
    @DisplayName("an upload of somebody who is not known is refused before its body")
    void refusedBeforeBody() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(
                            String.join(
                                            "\r\n",
                                            "PUT /v1/pools/default/blobs/x HTTP/1.1",
                                            "Host: localhost",
                                            "Content-Length: 1000000",
                                            "Expect: 100-continue",
                                            "",
                                            "")
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
            assertTrue(answer.toLowerCase(java.util.Locale.ROOT).contains("connection: close"));
        }
    }

    @Test
    @DisplayName("random requests of anybody: nothing but what is documented, and nobody gets in")
    void fuzz() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Operation> operations = Contract.contract().operations();
        List<String> shown =
                List.of(
                        "Bearer",
                        "Bearer ",
                        "bearer zsk_",
                        "Bearer a.b.c",
                        "Digest x",
                        "Bearer " + "x".repeat(8_000),
                        "Bearer " + service.shop.substring(0, 46),
                        "Bearer " + service.shop.toUpperCase(java.util.Locale.ROOT),
                        "\"Bearer " + service.shop + '"',
                        "Bearer " + service.shop + ", Bearer " + service.operator);
        for (int round = 0; round < 1_000; round++) {
            Operation operation = operations.get(random.nextInt(operations.size()));
            String header = shown.get(random.nextInt(shown.size()));
            SecuredService.Answer answer =
                    service.sendFrom(
                            "127.0.5." + (1 + random.nextInt(200)),
                            operation.method(),
                            operation.pathIn("p" + random.nextInt(3)),
                            random.nextBoolean() ? "" : "x".repeat(random.nextInt(1, 2_000)),
                            "Authorization",
                            header);
            assertTrue(
                    List.of(401, 429).contains(answer.status()),
                    operation + " with " + header + ": " + answer);
        }
    }
}
