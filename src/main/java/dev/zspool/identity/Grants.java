package dev.zspool.identity;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What somebody may do: everywhere, and beyond that in some pools.
///
/// Written as roles with a comma between them, each for everything or behind a colon for one pool:
/// `reader,writer:orders`. Immutable.
public final class Grants {
    /// Nothing at all.
    static final Grants NONE = new Grants(Optional.empty(), Map.of());

    /// Everything.
    static final Grants ALL = new Grants(Optional.of(Role.OPERATOR), Map.of());

    private static final Pattern POOL = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private final Optional<Role> everywhere;
    private final Map<String, Role> pools;

    private Grants(Optional<Role> everywhere, Map<String, Role> pools) {
        this.everywhere = everywhere;
        this.pools = Map.copyOf(pools);
    }

    /// Reads what is written.
    ///
    /// @throws IllegalArgumentException when it is not written like that
    static Grants parse(String text) {
        Grants grants = NONE;
        for (String part : text.split(",", -1)) {
            grants = grants.and(parseOne(part));
        }
        return grants;
    }

    private static Grants parseOne(String part) {
        int colon = part.indexOf(':');
        String role = colon < 0 ? part : part.substring(0, colon);
        Role known =
                Role.of(role)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "a role is reader, writer or operator"));
        if (colon < 0) {
            return new Grants(Optional.of(known), Map.of());
        }
        String pool = part.substring(colon + 1);
        if (!POOL.matcher(pool).matches()) {
            throw new IllegalArgumentException("behind a role's colon stands the name of a pool");
        }
        return new Grants(Optional.empty(), Map.of(pool, known));
    }

    /// These and others together.
    Grants and(Grants other) {
        if (other.equals(NONE)) {
            return this;
        }
        Optional<Role> both =
                everywhere
                        .map(own -> other.everywhere.map(own::orHigher).orElse(own))
                        .or(() -> other.everywhere);
        Map<String, Role> merged = new HashMap<>(pools);
        other.pools.forEach((pool, role) -> merged.merge(pool, role, Role::orHigher));
        return new Grants(both, merged);
    }

    /// The names of the roles for a request.
    ///
    /// @param pool the one that it is about, exactly as its path says it; empty for a request that
    ///   is about all of them, or none
    public Set<String> rolesFor(Optional<String> pool) {
        Role best = everywhere.orElse(null);
        Role own = pool.map(pools::get).orElse(null);
        if (best == null || (own != null && own.compareTo(best) > 0)) {
            best = own;
        }
        return best == null ? Set.of() : best.included();
    }

    /// The role that somebody has in some pools, besides the one that they have everywhere.
    public Map<String, Role> pools() {
        return pools;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Grants grants
                && everywhere.equals(grants.everywhere)
                && pools.equals(grants.pools);
    }

    @Override
    public int hashCode() {
        return 31 * everywhere.hashCode() + pools.hashCode();
    }

    @Override
    public String toString() {
        return everywhere.map(Role::text).orElse("nothing") + (pools.isEmpty() ? "" : pools);
    }
}
