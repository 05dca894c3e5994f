package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.zspool.contract.Contract;
import dev.zspool.identity.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Every resource names one role, and the contract the same.
class RolesTest {
    @Test
    @DisplayName("a resource without a role, or with several, fails this test")
    void eachNamesOne() {
        Set<String> names =
                Arrays.stream(Role.values()).map(Role::text).collect(Collectors.toSet());
        names.add(Roles.KNOWN);
        List<String> wrong =
                AllowedMethods.routes()
                        .filter(route -> !names.contains(route.role().orElse("nobody")))
                        .map(route -> route.method() + " " + route.template())
                        .toList();
        assertEquals(List.of(), wrong);
    }

    @Test
    @DisplayName("the contract's x-role is the role of the resource")
    void contract() {
        Set<String> documented =
                Contract.contract().operations().stream()
                        .map(operation ->
                                operation.method()
                                        + " "
                                        + operation.template()
                                        + " "
                                        + operation.node().path("x-role").asText())
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> annotated =
                AllowedMethods.routes()
                        .map(route ->
                                route.method()
                                        + " "
                                        + route.template()
                                        + " "
                                        + route.role().orElse("nobody"))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertFalse(annotated.isEmpty());
        assertEquals(annotated, documented);
    }
}
