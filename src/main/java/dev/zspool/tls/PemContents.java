package dev.zspool.tls;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;

/// What the files of a certificate, its key and the authorities of clients say, in PEM.
record PemContents(Buffer certificate, Buffer key, Optional<Buffer> authorities) {
    /// What Vert.x can read.
    private static final List<String> KINDS = List.of("RSA", "EC");

    /// What TLS makes of it.
    record Managers(KeyManagerFactory keys, Optional<TrustManagerFactory> trust) {}

    static PemContents read(Path certificate, Path key, Optional<Path> authorities)
            throws IOException {
        return new PemContents(
                bytes(certificate),
                bytes(key),
                authorities.isPresent() ? Optional.of(bytes(authorities.get())) : Optional.empty());
    }

    private static Buffer bytes(Path file) throws IOException {
        return Buffer.buffer(Files.readAllBytes(file));
    }

    /// Parses it.
    ///
    /// @throws GeneralSecurityException when something in it cannot be used, or the key is not the
    ///   certificate's
    Managers managers(Vertx vertx) throws GeneralSecurityException {
        try {
            KeyManagerFactory keys =
                    new PemKeyCertOptions()
                            .setCertValue(certificate)
                            .setKeyValue(key)
                            .getKeyManagerFactory(vertx);
            checkPair((X509KeyManager) keys.getKeyManagers()[0]);
            return new Managers(
                    keys,
                    authorities.isPresent()
                            ? Optional.of(
                                    new PemTrustOptions()
                                            .addCertValue(authorities.get())
                                            .getTrustManagerFactory(vertx))
                            : Optional.empty());
        } catch (GeneralSecurityException wrong) {
            throw wrong;
        } catch (Exception wrong) {
            throw new GeneralSecurityException(wrong.getMessage(), wrong);
        }
    }

    /// They are two files, so one may be of before a replacement and the other of after it.
    private static void checkPair(X509KeyManager keys) throws GeneralSecurityException {
        for (String kind : KINDS) {
            String[] aliases = keys.getServerAliases(kind, null);
            if (aliases != null) {
                PublicKey published = keys.getCertificateChain(aliases[0])[0].getPublicKey();
                if (!fit(published, keys.getPrivateKey(aliases[0]))) {
                    throw new GeneralSecurityException("the key is not the certificate's");
                }
                return;
            }
        }
        throw new GeneralSecurityException("the certificate's key is none of " + KINDS);
    }

    /// Whether one verifies what the other signs.
    private static boolean fit(PublicKey published, PrivateKey key)
            throws GeneralSecurityException {
        String kind = published.getAlgorithm();
        if (!kind.equals(key.getAlgorithm())) {
            return false;
        }
        Signature signature =
                Signature.getInstance("SHA256with" + ("EC".equals(kind) ? "ECDSA" : kind));
        byte[] text = kind.getBytes(StandardCharsets.US_ASCII);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(published);
        signature.update(text);
        return signature.verify(signed);
    }
}
