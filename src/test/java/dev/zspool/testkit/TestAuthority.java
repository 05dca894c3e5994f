package dev.zspool.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Signs certificates for a test, with the JDK's own `keytool`.
public final class TestAuthority {
    private static final String PASSWORD = "changeit";
    private static final String ROOT = "root";

    private final Path folder;
    private final Path store;

    /// @param folder for its files
    /// @param name told apart from other authorities by it
    public TestAuthority(Path folder, String name) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder.resolve(name));
        this.store = this.folder.resolve("store.p12");
        keytool("-genkeypair", "-alias", ROOT, "-dname", "CN=" + name, "-ext", "bc:c");
    }

    private void keytool(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(options));
        command.addAll(
                List.of(
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keyalg",
                        "EC",
                        "-validity",
                        "2"));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    /// Makes a certificate.
    ///
    /// @param alias under which it is found
    /// @param subject its distinguished name
    /// @param names its alternative names, as `keytool` has them: `dns:localhost,ip:127.0.0.1`
    public void sign(String alias, String subject, String names)
            throws IOException, InterruptedException {
        keytool(
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                subject,
                "-ext",
                "san=" + names,
                "-signer",
                ROOT);
    }

    /// The authority's own certificate, in PEM.
    public Path rootPem() throws IOException, GeneralSecurityException {
        Path pem = folder.resolve("root.pem");
        Files.writeString(pem, pem("CERTIFICATE", load().getCertificate(ROOT).getEncoded()));
        return pem;
    }

    /// Writes a certificate and its key, in PEM.
    public void write(String alias, Path certificate, Path key)
            throws IOException, GeneralSecurityException {
        KeyStore loaded = load();
        StringBuilder chain = new StringBuilder();
        for (Certificate one : loaded.getCertificateChain(alias)) {
            chain.append(pem("CERTIFICATE", one.getEncoded()));
        }
        Files.writeString(certificate, chain);
        Files.writeString(
                key, pem("PRIVATE KEY", loaded.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
    }

    /// A certificate.
    public X509Certificate certificate(String alias) throws IOException, GeneralSecurityException {
        return (X509Certificate) load().getCertificate(alias);
    }

    /// What a client needs that trusts this authority.
    ///
    /// @param shows whose certificate it shows, of which authority; none for none
    public SSLContext clientContext(String... shows) throws IOException, GeneralSecurityException {
        return clientContext(this, shows);
    }

    /// The same, with a certificate that another authority signed.
    public SSLContext clientContext(TestAuthority signer, String... shows)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(ROOT, load().getCertificate(ROOT));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        KeyStore all = signer.load();
        for (String alias : shows) {
            own.setKeyEntry(
                    alias,
                    all.getKey(alias, PASSWORD.toCharArray()),
                    PASSWORD.toCharArray(),
                    all.getCertificateChain(alias));
        }
        keys.init(own, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] managers =
                shows.length == 0
                        ? new KeyManager[0]
                        : new KeyManager[] {
                            new Shows(shows[0], (X509ExtendedKeyManager) keys.getKeyManagers()[0])
                        };
        context.init(managers, trust.getTrustManagers(), null);
        return context;
    }

    /// Shows its certificate, whatever the server says whose it would take.
    private static final class Shows extends X509ExtendedKeyManager {
        private final String alias;
        private final X509ExtendedKeyManager keys;

        Shows(String alias, X509ExtendedKeyManager keys) {
            this.alias = alias;
            this.keys = keys;
        }

        @Override
        public String chooseClientAlias(String[] kinds, Principal[] issuers, Socket socket) {
            return alias;
        }

        @Override
        public String chooseEngineClientAlias(
                String[] kinds, Principal[] issuers, SSLEngine engine) {
            return alias;
        }

        @Override
        public String[] getClientAliases(String kind, Principal[] issuers) {
            return new String[] {alias};
        }

        @Override
        public X509Certificate[] getCertificateChain(String name) {
            return keys.getCertificateChain(name);
        }

        @Override
        public PrivateKey getPrivateKey(String name) {
            return keys.getPrivateKey(name);
        }

        @Override
        public String[] getServerAliases(String kind, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public @Nullable String chooseServerAlias(String kind, Principal[] issuers, Socket socket) {
            return null;
        }
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            loaded.load(in, PASSWORD.toCharArray());
        }
        return loaded;
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN "
                + what
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                + "\n-----END "
                + what
                + "-----\n";
    }
}
