package dev.zspool.identity;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// How callers show who they are.
///
/// @param apiKeysFile static keys, see {@link ApiKeys}
/// @param grantsFile what subjects of tokens and certificates may do; a line each, `subject roles`
/// @param jwt signed tokens
/// @param review tokens that the cluster reviews
/// @param certificates whether connections have certificates of clients
public record SecurityOptions(
        Optional<Path> apiKeysFile,
        Optional<Path> grantsFile,
        Optional<Jwt> jwt,
        Optional<Review> review,
        boolean certificates) {

    /// Whether there is any way to show who one is. Without one nobody is asked.
    public boolean asksForIdentity() {
        return apiKeysFile.isPresent() || jwt.isPresent() || review.isPresent() || certificates;
    }

    /// Signed tokens (RFC 7519).
    ///
    /// @param issuer who must have issued them
    /// @param audiences one of which they must be meant for
    /// @param keys file or address of the issuer's public keys (a JWK set, RFC 7517)
    /// @param server how to reach that address
    /// @param rolesClaim the claim with the groups, or a path of names to it with slashes between
    /// @param clockSkew by how much clocks may differ
    public record Jwt(
            String issuer,
            Set<String> audiences,
            String keys,
            Server server,
            String rolesClaim,
            Duration clockSkew) {
        /// @throws IllegalArgumentException without an issuer or an audience: any token would do
        public Jwt {
            if (issuer.isBlank() || audiences.isEmpty()) {
                throw new IllegalArgumentException(
                        "issuer \"" + issuer + "\", audiences " + audiences);
            }
            audiences = Set.copyOf(audiences);
        }
    }

    /// Tokens that the cluster reviews (`authentication.k8s.io/v1`, TokenReview).
    ///
    /// @param url of the reviews
    /// @param audiences one of which tokens must be meant for
    /// @param server how to reach it
    /// @param remembered how long an answer holds
    public record Review(URI url, Set<String> audiences, Server server, Duration remembered) {
        /// @throws IllegalArgumentException without an audience: any token would do
        public Review {
            if (audiences.isEmpty()) {
                throw new IllegalArgumentException("audiences " + audiences);
            }
            audiences = Set.copyOf(audiences);
        }
    }

    /// A server that is asked about tokens.
    ///
    /// @param tokenFile with the token that we show it, read anew each time
    /// @param authorityFile with the certificates that it is verified by, in PEM; those of the Java
    ///   platform when there is none
    public record Server(Optional<Path> tokenFile, Optional<Path> authorityFile) {}
}
