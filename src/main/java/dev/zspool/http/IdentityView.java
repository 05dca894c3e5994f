package dev.zspool.http;

import dev.zspool.identity.Caller;
import dev.zspool.identity.Role;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Who a caller is.
///
/// @param name as the audit log has it
/// @param way how they showed it
/// @param roles what they may be everywhere
/// @param poolRoles what they may be in some pools, besides
public record IdentityView(
        String name, Caller.Way way, Set<String> roles, Map<String, Set<String>> poolRoles) {

    static IdentityView of(Caller caller) {
        Map<String, Set<String>> pools = new TreeMap<>();
        caller.grants().pools().forEach((pool, role) -> pools.put(pool, sorted(role)));
        return new IdentityView(
                caller.name(),
                caller.way(),
                new TreeSet<>(caller.grants().rolesFor(Optional.empty())),
                pools);
    }

    private static Set<String> sorted(Role role) {
        return new TreeSet<>(role.included());
    }
}
