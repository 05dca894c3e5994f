package dev.zspool.tls;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.TestAuthority;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What is read at the start and later; connections over it are the business of `TlsIT`.
@DisplayName("LatestCertificates")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LatestCertificatesTest {
    private final Vertx vertx = Vertx.vertx();
    private Path certificate;
    private Path key;
    private TestAuthority authority;

    @BeforeAll
    void make(@TempDir Path folder) throws IOException, InterruptedException {
        certificate = folder.resolve("tls.crt");
        key = folder.resolve("tls.key");
        authority = new TestAuthority(folder, "authority");
        authority.sign("one", "CN=one", "dns:one.example");
        authority.sign("two", "CN=two", "dns:two.example");
    }

    @AfterAll
    void close() {
        vertx.close();
    }

    private LatestCertificates read() {
        return new LatestCertificates(certificate, key, Optional.empty(), vertx);
    }

    private static SslContext listen(LatestCertificates certificates) throws IOException {
        return certificates
                .copy()
                .sslContextFactory()
                .forClient(false)
                .clientAuth(ClientAuth.NONE)
                .applicationProtocols(List.of())
                .create();
    }

    private static SSLSessionContext sessions(SslContext context) {
        SSLEngine engine = context.newEngine(UnpooledByteBufAllocator.DEFAULT);
        assertTrue(!engine.getUseClientMode());
        return context.sessionContext();
    }

    @Test
    @DisplayName("files that do not fit together are refused at the start, with their names")
    void refusedAtTheStart() throws IOException, GeneralSecurityException {
        authority.write("one", certificate, key);
        authority.write("two", certificate, key.resolveSibling("other.key"));
        String said =
                String.valueOf(
                        assertThrows(IllegalArgumentException.class, this::read).getMessage());
        assertTrue(said.contains("zspool.tls.key=" + key), said);
        assertTrue(said.contains("the key is not the certificate's"), said);
        Files.writeString(certificate, "nothing");
        assertThrows(IllegalArgumentException.class, this::read);
        Files.delete(certificate);
        assertThrows(IllegalArgumentException.class, this::read);
    }

    @Test
    @DisplayName("new files end old sessions; the same ones, and unusable ones, change nothing")
    void exchanged() throws IOException, GeneralSecurityException {
        authority.write("one", certificate, key);
        LatestCertificates certificates = read();
        SslContext context = listen(certificates);
        SSLSessionContext first = sessions(context);
        certificates.refresh();
        assertSame(first, sessions(context));
        Files.writeString(key, "nothing");
        certificates.refresh();
        certificates.refresh();
        assertSame(first, sessions(context));
        authority.write("two", certificate, key);
        certificates.refresh();
        assertNotSame(first, sessions(context));
        // A listener that comes later has them as well.
        assertTrue(listen(certificates).isServer());
    }
}
