package dev.zspool.identity;

import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/// Static keys: lines of a file, `name roles sha256:HEX`, see {@link Grants} for the roles.
///
/// Only the hash of a key is in it. A key has 256 random bits, so a fast hash is as good as a slow
/// one: there is nothing to guess.
public final class ApiKeys {
    /// What keys begin with: whoever finds one knows what it is, and it cannot be taken for a token
    /// of another kind.
    public static final String PREFIX = "zsk_";

    private static final int KEY_BYTES = 32;
    private static final int LENGTH = PREFIX.length() + 43;
    private static final String HASH_PREFIX = "sha256:";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,62}");
    private static final Pattern HASH = Pattern.compile(HASH_PREFIX + "[0-9a-f]{64}");

    private final Map<String, Caller> byHash;

    private ApiKeys(Map<String, Caller> byHash) {
        this.byHash = Map.copyOf(byHash);
    }

    static ApiKeys parse(List<String> lines) {
        Map<String, Caller> keys = new HashMap<>();
        ListFile.read(
                lines,
                3,
                "name roles sha256:64 hexadecimal digits",
                fields -> {
                    if (!NAME.matcher(fields[0]).matches()) {
                        throw new IllegalArgumentException(
                                "a name has letters, digits and ._@- only, 63 at most");
                    }
                    Caller caller =
                            new Caller(fields[0], Caller.Way.API_KEY, Grants.parse(fields[1]));
                    if (!HASH.matcher(fields[2]).matches()) {
                        throw new IllegalArgumentException(
                                "the last field is sha256: and 64 hexadecimal digits in lower"
                                        + " case, not the key itself");
                    }
                    if (keys.put(fields[2], caller) != null) {
                        throw new IllegalArgumentException("the same key as in a line before");
                    }
                });
        return new ApiKeys(keys);
    }

    /// Whether something is written like a key.
    static boolean isWrittenLikeOne(String token) {
        return token.startsWith(PREFIX);
    }

    Optional<Caller> find(String key) {
        return key.length() == LENGTH
                ? Optional.ofNullable(byHash.get(hash(key)))
                : Optional.empty();
    }

    /// Makes a new key.
    ///
    /// @param random a secure one
    public static String generate(RandomGenerator random) {
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /// The line of the file for a key.
    ///
    /// @param name whose it is
    /// @param roles what they may do
    /// @throws IllegalArgumentException when one of them cannot be
    public static String line(String name, String roles, String key) {
        String line = name + ' ' + roles + ' ' + hash(key);
        parse(List.of(line));
        return line;
    }

    private static String hash(String key) {
        return HASH_PREFIX + Sha256.hex(key);
    }
}
