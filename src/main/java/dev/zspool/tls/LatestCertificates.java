package dev.zspool.tls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.Vertx;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jboss.logging.Logger;

/// The API's certificate, its key and the authorities of clients, from files that are replaced
/// while the process runs.
///
/// What the framework offers for that takes the old ones from the listener before the new ones are
/// read, and closes every connection that comes in between (`updateSSLOptions` of Vert.x 4.5). Here
/// the listener keeps its context, and what is behind it is exchanged in one step. Sessions that
/// clients could resume end with that: an authority that is gone vouches for nobody.
///
/// Thread-safe; {@link #refresh} by one thread at a time.
public final class LatestCertificates extends JdkSSLEngineOptions {
    private static final Logger LOG = Logger.getLogger(LatestCertificates.class);

    private final Path certificate;
    private final Path key;
    private final Optional<Path> authorities;
    private final Vertx vertx;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final List<Exchanged> contexts = new ArrayList<>();

    @GuardedBy("lock")
    private PemContents.Managers managers;

    /// Of the thread that refreshes.
    private PemContents contents;

    private String lastComplaint = "";

    /// Reads these files for the first time.
    ///
    /// @param authorities that certificates of clients are verified by
    /// @throws IllegalArgumentException when they cannot be used; says why
    public LatestCertificates(Path certificate, Path key, Optional<Path> authorities, Vertx vertx) {
        this.certificate = certificate;
        this.key = key;
        this.authorities = authorities;
        this.vertx = vertx;
        try {
            this.contents = PemContents.read(certificate, key, authorities);
            this.managers = contents.managers(vertx);
        } catch (IOException | GeneralSecurityException wrong) {
            throw new IllegalArgumentException(
                    "zspool.tls.certificate="
                            + certificate
                            + " with zspool.tls.key="
                            + key
                            + " cannot be used: "
                            + wrong.getMessage(),
                    wrong);
        }
    }

    /// The listener's copy is told of what is read, too.
    @Override
    public LatestCertificates copy() {
        return this;
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return new Builder();
    }

    /// Reads the files again. Those that cannot be read, or do not fit together, change nothing but
    /// the log.
    public void refresh() {
        try {
            PemContents now = PemContents.read(certificate, key, authorities);
            if (!now.equals(contents)) {
                exchange(now.managers(vertx));
                contents = now;
                LOG.infof(
                        "zspool.tls.certificate=%s was read again: it or what belongs to it has changed",
                        certificate);
            }
            lastComplaint = "";
        } catch (IOException | GeneralSecurityException | RuntimeException | Error wrong) {
            // Whatever it is: nothing may end the reading of these files and of others.
            if (!wrong.toString().equals(lastComplaint)) {
                lastComplaint = wrong.toString();
                LOG.errorf(
                        "zspool.tls.certificate=%s or what belongs to it cannot be used, what was read"
                                + " before stays valid: %s",
                        certificate, lastComplaint);
            }
        }
    }

    private void exchange(PemContents.Managers newer) throws SSLException {
        lock.lock();
        try {
            for (Exchanged one : contexts) {
                one.context().exchange(one.builder().build(newer));
            }
            managers = newer;
        } finally {
            lock.unlock();
        }
    }

    private SslContext first(Builder builder) throws SSLException {
        lock.lock();
        try {
            LatestSslContext context = new LatestSslContext(builder.build(managers));
            contexts.add(new Exchanged(builder, context));
            return context;
        } finally {
            lock.unlock();
        }
    }

    /// A context that the listener has, and how its next ones are made.
    private record Exchanged(Builder builder, LatestSslContext context) {}

    /// Told by the listener what it wants, it makes one context after the other. The listener's own
    /// managers are as old as the process.
    private final class Builder extends DefaultSslContextFactory {
        Builder() {
            super(SslProvider.JDK, false);
        }

        @Override
        public SslContext create() throws SSLException {
            return LatestCertificates.this.first(this);
        }

        SslContext build(PemContents.Managers latest) throws SSLException {
            keyMananagerFactory(latest.keys());
            latest.trust().ifPresent(this::trustManagerFactory);
            return super.create();
        }
    }
}
