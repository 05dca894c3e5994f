package dev.zspool.config;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Every key that a user may set. Sizes are written like `64M` or `2G`, in powers of 1024.
@StaticInitSafe
@ConfigMapping(prefix = "zspool")
public interface ZspoolConfig {
    Http http();

    Management management();

    Arena arena();

    Pool pool();

    Data data();

    Journal journal();

    Body body();

    Upkeep upkeep();

    Pressure pressure();

    Security security();

    Tls tls();

    Shutdown shutdown();

    Log log();

    Tracing tracing();

    Console console();

    /// Port 8080.
    interface Http {
        @Meaning(
                "Address that the API listens on. One that others can reach needs a way to tell who they are, see"
                        + " `zspool.security`.")
        @WithDefault("127.0.0.1")
        String host();

        @Meaning("Port of the API.")
        @WithDefault("8080")
        int port();

        @Meaning(
                "Host names that requests may be for, without port. Default: `localhost,127.0.0.1,[::1]` as long as nobody"
                        + " must say who they are, which keeps other web sites out; else any.")
        Optional<Set<String>> allowedHosts();

        @Meaning(
                "Most connections at a time, 16 to 100000; a client may have three quarters of them. When another comes,"
                        + " one without a request under way gives way.")
        @WithDefault("768")
        int maxConnections();
    }

    /// Port 9000.
    interface Management {
        @Meaning("Address that health and metrics listen on.")
        @WithDefault("127.0.0.1")
        String host();

        @Meaning("Port of health and metrics.")
        @WithDefault("9000")
        int port();
    }

    /// Physical memory.
    interface Arena {
        @Meaning(
                "Most memory for blobs, their index and their tables together. Default: the container's limit, or half of"
                        + " what the machine has, less what else the process needs; it follows the limit.")
        Optional<MemorySize> size();

        @Meaning("Free memory that stays backed, so that steady traffic takes no page fault.")
        @WithDefault("8M")
        MemorySize warm();

        @Meaning("How often free memory beyond that is given back to the system.")
        @WithDefault("100ms")
        Duration giveBackInterval();

        @Meaning(
                "Whether 2 MiB that are in use as a whole shall be huge pages: faster, but given back as a whole only,"
                        + " which takes a defragmentation.")
        @WithDefault("false")
        boolean hugePages();
    }

    /// The pool `default`, and what other pools are like that do not say so themselves.
    interface Pool {
        @Meaning("Most pools at a time.")
        @WithDefault("1000")
        int maxPools();

        @Meaning(
                "Most memory that its pages may take. Default: 15/16 of what the arena may take at the start.")
        Optional<MemorySize> limit();

        @Meaning(
                "Most pages of a zspage, 4 to 16: more waste less at their ends, fewer are freed sooner.")
        @WithDefault("8")
        int chainSize();

        @Meaning("Largest blob, up to 1G.")
        @WithDefault("64M")
        MemorySize maxBlobSize();

        @Meaning("How long a blob lives that does not say so, from 1s on; 0 is for ever.")
        @WithDefault("0s")
        Duration defaultTtl();

        @Meaning(
                "When an acknowledged write survives: `sync` always; `async` the end of the process, and the end of the"
                        + " machine except for the last 100 ms; `none` never.")
        @WithDefault("sync")
        Kept durability();

        /// See {@link Pool#durability}.
        enum Kept {
            NONE,
            ASYNC,
            SYNC
        }

        @Meaning(
                "What happens to a blob that the limit of a pool without durability does not allow: `reject` refuses it, `evict` makes room by"
                        + " deleting blobs that nobody read lately.")
        @WithDefault("reject")
        Full full();

        /// See {@link Pool#full}.
        enum Full {
            REJECT,
            EVICT
        }
    }

    /// Where durable blobs are.
    interface Data {
        @Meaning(
                "Folder of everything that survives the end of the process: durable blobs, the pools and their settings,"
                        + " snapshots. One process at a time uses it.")
        @WithDefault("data")
        String directory();
    }

    /// What keeps durable blobs.
    interface Journal {
        @Meaning("Memory outside the heap that the journal is to take, at least 8M.")
        @WithDefault("24M")
        MemorySize memory();

        @Meaning(
                "A file of this size is kept in the data directory and given up when the disk is full, so that blobs can"
                        + " be deleted all the same; 0 for none.")
        @WithDefault("64M")
        MemorySize ballast();
    }

    /// Request bodies under way.
    interface Body {
        @Meaning("Most heap that uploads under way may take together; later ones wait.")
        @WithDefault("16M")
        MemorySize budget();

        @Meaning(
                "Threads that compress the blocks of bodies above 64 KiB. Default: one less than there are processors.")
        OptionalInt workers();
    }

    /// Work in the background that makes pages free.
    interface Upkeep {
        @Meaning("Whether compaction starts by itself.")
        @WithDefault("true")
        boolean background();

        @Meaning(
                "It starts when it would free this share of a pool's pages, in percent, and at least 1 MiB.")
        @WithDefault("10")
        int threshold();

        @Meaning("Least time between two starts for the same pool.")
        @WithDefault("10s")
        Duration interval();

        @Meaning(
                "Share of the time that work in the background takes of one processor, in percent.")
        @WithDefault("30")
        int duty();
    }

    /// Short memory.
    interface Pressure {
        @Meaning(
                "How often the container's memory is looked at; sooner where the system tells that it is short.")
        @WithDefault("100ms")
        Duration interval();
    }

    /// Who may do what.
    interface Security {
        @Meaning(
                "Whether everybody may do everything although the API listens on an address that others can reach.")
        @WithDefault("false")
        boolean insecure();

        @Meaning(
                "File of static keys, a line each: `name roles sha256:HEX`; `./zspool key` makes one. Roles are `reader`,"
                        + " `writer`, `operator`, for one pool `writer:orders`, several with commas.")
        Optional<Path> apiKeysFile();

        @Meaning(
                "File of what bearers of tokens and certificates may do, a line each: `subject roles`. A subject is"
                        + " `sub:`, `group:`, `cn:`, `dns:` or `uri:` and a name. Groups `zspool-reader`,"
                        + " `zspool-writer:orders` and so on need no line.")
        Optional<Path> grantsFile();

        Jwt jwt();

        TokenReview tokenReview();

        /// Tokens that are signed.
        interface Jwt {
            @Meaning("Issuer of signed tokens; with it and their keys such tokens are taken.")
            Optional<String> issuer();

            @Meaning("Whom tokens must be meant for: one of these.")
            @WithDefault("zspool")
            Set<String> audience();

            @Meaning("The issuer's public keys (a JWK set): a file, or an address.")
            Optional<String> keys();

            @Meaning("File with the token that is shown at that address, if it wants one.")
            Optional<Path> keysTokenFile();

            @Meaning("File with the certificates that the address is verified by, in PEM.")
            Optional<Path> keysCaFile();

            @Meaning(
                    "The claim that lists the groups, or a path to it such as `realm_access/roles`.")
            @WithDefault("groups")
            String rolesClaim();

            @Meaning("By how much clocks may differ.")
            @WithDefault("30s")
            Duration clockSkew();
        }

        /// Tokens that the cluster reviews.
        interface TokenReview {
            @Meaning(
                    "Where the cluster reviews tokens, usually"
                            + " `https://kubernetes.default.svc/apis/authentication.k8s.io/v1/tokenreviews`; with it"
                            + " tokens that it knows are taken, and revoked ones are not.")
            Optional<URI> url();

            @Meaning("Whom tokens must be meant for: one of these.")
            @WithDefault("zspool")
            Set<String> audience();

            @Meaning("File with the token that is shown to the cluster.")
            @WithDefault("/var/run/secrets/kubernetes.io/serviceaccount/token")
            Path tokenFile();

            @Meaning("File with the certificates that the cluster is verified by, in PEM.")
            @WithDefault("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt")
            Path caFile();

            @Meaning("How long a good answer holds: so long a revoked token may still be taken.")
            @WithDefault("10s")
            Duration remember();
        }
    }

    /// Encrypted connections.
    interface Tls {
        @Meaning(
                "The server's certificate and those behind it, in PEM; with it the API speaks TLS only.")
        Optional<Path> certificate();

        @Meaning("The certificate's private key, in PEM (PKCS #8).")
        Optional<Path> key();

        @Meaning(
                "Certificates that those of clients are verified by, in PEM; with it clients may show one instead of a"
                        + " key or token.")
        Optional<Path> clientCa();

        @Meaning("How often these files are read again, 1s at least.")
        @WithDefault("1m")
        Duration reload();
    }

    /// From the signal to stop to the end of the process.
    interface Shutdown {
        @Meaning(
                "How long everything is still served when the service is to stop, readiness off, so that load balancers"
                        + " learn of it.")
        @WithDefault("0s")
        Duration delay();

        @Meaning(
                "How long requests under way may take after that; new connections are refused meanwhile. Nobody waits when"
                        + " there are none.")
        @WithDefault("30s")
        Duration timeout();
    }

    /// What it says on its way.
    interface Log {
        @Meaning("Whether log lines are JSON objects, one on each line, instead of text.")
        @WithDefault("false")
        boolean json();
    }

    /// Spans of requests, for OpenTelemetry.
    interface Tracing {
        @Meaning(
                "Where spans of requests are sent, by OTLP over HTTP, such as `http://collector:4318`; without it there"
                        + " are none.")
        Optional<URI> endpoint();

        @Meaning(
                "Share of the requests that are traced, 0 to 1, of those whose caller has not decided it in"
                        + " `traceparent`.")
        @WithDefault("1.0")
        double sample();
    }

    /// The operator's console at `/`.
    interface Console {
        @Meaning("Whether there is a console.")
        @WithDefault("true")
        boolean enabled();

        @Meaning(
                "What the issuer of `zspool.security.jwt` knows the console as, a public client of OpenID Connect; with it"
                        + " people sign in there, else with a key.")
        Optional<String> oidcClientId();

        @Meaning("What is asked of the issuer at sign-in.")
        @WithDefault("openid")
        String oidcScope();

        @Meaning(
                "Other places that the browser reaches for sign-in, as `https://host`, when they are not the issuer's.")
        Optional<Set<String>> oidcOrigins();
    }
}
