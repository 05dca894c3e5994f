package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.TestAuthority;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// TLS, and callers who show certificates.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TlsIT {
    private static final String READ_AGAIN = "was read again";
    private static final String SERVER_NAMES = "dns:localhost,ip:127.0.0.1";

    /// A link to the folder with the certificate and its key, as Kubernetes mounts a Secret.
    private Path secret;

    private TestAuthority authority;
    private TestAuthority stranger;
    private ServiceProcess service;

    @BeforeAll
    void start(@TempDir Path folder)
            throws IOException, InterruptedException, GeneralSecurityException {
        secret = folder.resolve("secret");
        Path certificate = secret.resolve("tls.crt");
        Path key = secret.resolve("tls.key");
        authority = new TestAuthority(folder, "authority");
        stranger = new TestAuthority(folder, "stranger");
        authority.sign("server", "CN=zspool", SERVER_NAMES);
        authority.sign("next", "CN=zspool-next", SERVER_NAMES);
        authority.sign("backup", "CN=backup,O=example", "dns:backup.example");
        authority.sign("web", "CN=anything", "uri:spiffe://example/ns/shop/sa/web");
        authority.sign("guest", "CN=guest,OU=backup", "dns:guest.example");
        stranger.sign("backup", "CN=backup,O=example", "dns:backup.example");
        publish("server");
        Path grants = folder.resolve("grants");
        Files.writeString(
                grants, "cn:backup operator\nuri:spiffe://example/ns/shop/sa/web reader:default\n");
        service =
                ServiceProcess.start(
                        "-Dzspool.tls.certificate=" + certificate,
                        "-Dzspool.tls.key=" + key,
                        "-Dzspool.tls.client-ca=" + authority.rootPem(),
                        "-Dzspool.tls.reload=1s",
                        "-Dzspool.security.grants-file=" + grants);
    }

    @AfterAll
    void stop() throws IOException {
        service.close();
    }

    /// Replaces both files in one step.
    private void publish(String alias) throws IOException, GeneralSecurityException {
        Path version = Files.createDirectories(secret.resolveSibling("version-" + alias));
        authority.write(alias, version.resolve("tls.crt"), version.resolve("tls.key"));
        Path link = secret.resolveSibling("next-link");
        Files.createSymbolicLink(link, version);
        Files.move(link, secret, StandardCopyOption.ATOMIC_MOVE);
    }

    private HttpResponse<String> get(SSLContext context, String path)
            throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(context)
                        .build()) {
            URI uri = URI.create("https://localhost:" + service.api().getPort() + path);
            return client.send(
                    HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private int status(String path, String... shows)
            throws IOException, InterruptedException, GeneralSecurityException {
        return get(authority.clientContext(shows), path).statusCode();
    }

    @Test
    @DisplayName("a certificate's names are its roles; without one nobody is known")
    void certificates() throws IOException, InterruptedException, GeneralSecurityException {
        assertEquals(200, status("/v1/memory", "backup"));
        assertEquals(200, status("/v1/pools/default", "web"));
        assertEquals(403, status("/v1/memory", "web"));
        assertEquals(403, status("/v1/pools/default", "guest"));
        assertEquals(401, status("/v1/memory"));
        assertEquals(
                "max-age=31536000",
                get(authority.clientContext("backup"), "/v1/pools")
                        .headers()
                        .firstValue("strict-transport-security")
                        .orElse(""));
    }

    @Test
    @DisplayName("a certificate of another authority is refused before any request")
    void wrongCertificate() {
        assertThrows(
                IOException.class,
                () -> get(authority.clientContext(stranger, "backup"), "/v1/memory"));
    }

    @Test
    @DisplayName("what is not TLS is not answered")
    void noPlainText() throws IOException {
        try (Socket plain = new Socket("localhost", service.api().getPort())) {
            plain.setSoTimeout(10_000);
            plain.getOutputStream()
                    .write(
                            "GET /v1/memory HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(!answer.startsWith("HTTP"), answer);
        }
    }

    @Test
    @DisplayName("new certificates are used without a restart, and no connection fails meanwhile")
    void reload() throws IOException, InterruptedException, GeneralSecurityException {
        SSLContext context = authority.clientContext("backup");
        for (String alias : List.of("next", "server", "next", "server")) {
            publish(alias);
            awaitCertificate(context, authority.certificate(alias));
        }
    }

    @Test
    @DisplayName("a key that is not the certificate's is not used")
    void halfReplaced() throws IOException, InterruptedException, GeneralSecurityException {
        SSLContext context = authority.clientContext("backup");
        Path certificate = secret.resolve("tls.crt").toRealPath();
        authority.write("next", certificate, secret.resolveSibling("unused.key"));
        awaitSaid("the key is not the certificate's", 0);
        assertEquals(200, get(context, "/v1/pools").statusCode());
        authority.write("server", certificate, secret.resolve("tls.key").toRealPath());
        assertEquals(authority.certificate("server"), certificate(context));
    }

    @Test
    @DisplayName("an authority that is gone vouches for nobody, not in resumed sessions either")
    void authorityIsGone() throws IOException, InterruptedException, GeneralSecurityException {
        SSLContext context = authority.clientContext("backup");
        assertEquals(200, get(context, "/v1/pools").statusCode());
        long said = said(READ_AGAIN);
        Files.copy(stranger.rootPem(), authority.rootPem(), StandardCopyOption.REPLACE_EXISTING);
        awaitSaid(READ_AGAIN, said);
        assertThrows(IOException.class, () -> get(context, "/v1/pools"));
        assertEquals(
                200, get(authority.clientContext(stranger, "backup"), "/v1/pools").statusCode());
        authority.rootPem();
        awaitSaid(READ_AGAIN, said + 1);
        assertEquals(200, get(context, "/v1/pools").statusCode());
    }

    /// How often the service has said something.
    private long said(String text) throws IOException {
        return service.output().lines().filter(line -> line.contains(text)).count();
    }

    private void awaitSaid(String text, long before) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (said(text) <= before && System.nanoTime() < deadline) {
            Thread.sleep(100);
        }
        assertTrue(said(text) > before, service.output());
    }

    private void awaitCertificate(SSLContext context, X509Certificate expected)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        X509Certificate shown = certificate(context);
        while (!shown.equals(expected) && System.nanoTime() < deadline) {
            shown = certificate(context);
        }
        assertEquals(expected, shown);
    }

    /// The server's, in a new connection.
    private X509Certificate certificate(SSLContext context)
            throws IOException, InterruptedException {
        SSLSession session = get(context, "/v1/pools").sslSession().orElseThrow();
        return (X509Certificate) session.getPeerCertificates()[0];
    }
}
