package dev.zspool.identity;

import io.smallrye.jwt.KeyFormat;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.DefaultJWTTokenParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;

/// Reads tokens that were signed with one of some keys. Immutable, thread-safe; needs some 50 us
/// for a token.
final class SignedTokens {
    /// None of those with a shared secret: whoever has the public key could sign with it.
    private static final Set<SignatureAlgorithm> ALGORITHMS =
            Set.of(
                    SignatureAlgorithm.RS256,
                    SignatureAlgorithm.RS384,
                    SignatureAlgorithm.RS512,
                    SignatureAlgorithm.PS256,
                    SignatureAlgorithm.PS384,
                    SignatureAlgorithm.PS512,
                    SignatureAlgorithm.ES256,
                    SignatureAlgorithm.ES384,
                    SignatureAlgorithm.ES512,
                    SignatureAlgorithm.EDDSA);

    private static final int MOST_GROUPS = 1_000;

    private final JWTAuthContextInfo expected = new JWTAuthContextInfo();
    private final DefaultJWTTokenParser parser = new DefaultJWTTokenParser();
    private final String rolesClaim;

    /// @param keys a JWK set
    /// @throws IllegalArgumentException when it is none, or has no key
    SignedTokens(SecurityOptions.Jwt options, String keys) {
        if (count(keys) == 0) {
            throw new IllegalArgumentException("there is no key in it");
        }
        this.rolesClaim = options.rolesClaim();
        expected.setPublicKeyContent(keys);
        expected.setKeyFormat(KeyFormat.JWK);
        expected.setSignatureAlgorithm(ALGORITHMS);
        expected.setIssuedBy(options.issuer());
        expected.setExpectedAudience(options.audiences());
        expected.setClockSkew((int) options.clockSkew().toSeconds());
    }

    private static int count(String keys) {
        try {
            return new JsonWebKeySet(keys).getJsonWebKeys().size();
        } catch (JoseException | ClassCastException none) {
            throw new IllegalArgumentException("it is not a JWK set: " + none.getMessage(), none);
        }
    }

    /// What a token says.
    sealed interface Reading {
        /// It is good.
        ///
        /// @param name whose it is
        /// @param subjects what its bearer is, see {@link SubjectGrants}
        /// @param endsEpochMillis when it is no longer
        record Good(String name, List<String> subjects, long endsEpochMillis) implements Reading {}

        /// It is not.
        ///
        /// @param why in words for the caller
        record Bad(String why) implements Reading {}

        /// It was signed with a key that is not among ours, or not any more.
        record UnknownKey() implements Reading {}
    }

    /// Reads a token.
    Reading read(String token) {
        try {
            JwtClaims claims = parser.parse(token, expected).getJwtClaims();
            String subject = claims.getSubject();
            if (subject == null || subject.isBlank()) {
                return new Reading.Bad("The token has no subject");
            }
            List<String> subjects = new ArrayList<>(List.of("sub:" + subject));
            groups(claims.getClaimsMap()).forEach(group -> subjects.add("group:" + group));
            return new Reading.Good(
                    subject, subjects, claims.getExpirationTime().getValueInMillis());
        } catch (ParseException bad) {
            return reading(bad);
        } catch (MalformedClaimException bad) {
            return new Reading.Bad("A claim of the token is malformed");
        }
    }

    private static Reading reading(ParseException bad) {
        if (bad.getCause() instanceof UnresolvableKeyException) {
            return new Reading.UnknownKey();
        }
        return new Reading.Bad(
                bad.getCause() instanceof InvalidJwtException invalid
                        ? why(invalid)
                        : "This is not a token");
    }

    private static String why(InvalidJwtException invalid) {
        if (invalid.hasExpired()) {
            return "The token has expired";
        }
        if (invalid.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return "The token is not valid yet";
        }
        if (invalid.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)
                || invalid.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return "The token is for another audience";
        }
        if (invalid.hasErrorCode(ErrorCodes.ISSUER_INVALID)
                || invalid.hasErrorCode(ErrorCodes.ISSUER_MISSING)) {
            return "The token is of another issuer";
        }
        if (invalid.hasErrorCode(ErrorCodes.SIGNATURE_INVALID)
                || invalid.hasErrorCode(ErrorCodes.SIGNATURE_MISSING)) {
            return "The token's signature is wrong";
        }
        return "This is not a token that can be used here";
    }

    /// Groups are a list of texts, or one text.
    private List<String> groups(Map<String, Object> claims) {
        return find(claims)
                .map(found -> found instanceof Collection<?> list ? list : List.of(found))
                .orElse(List.of())
                .stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .limit(MOST_GROUPS)
                .toList();
    }

    /// A claim may have slashes in its own name.
    private Optional<Object> find(Map<String, Object> claims) {
        Object found = claims.get(rolesClaim);
        if (found == null) {
            found = claims;
            for (String name : rolesClaim.split("/", -1)) {
                found = found instanceof Map<?, ?> map ? map.get(name) : null;
            }
        }
        return Optional.ofNullable(found);
    }
}
