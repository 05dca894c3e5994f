package dev.zspool.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrantsTest {
    private static final Set<String> NO_ROLES = Set.of();
    private static final Set<String> READER = Set.of("reader");
    private static final Set<String> WRITER = Set.of("reader", "writer");
    private static final Set<String> OPERATOR = Set.of("reader", "writer", "operator");

    private static Set<String> roles(String grants, String... pool) {
        return Grants.parse(grants).rolesFor(List.of(pool).stream().findFirst());
    }

    @Test
    @DisplayName("a role includes those below it, everywhere")
    void everywhere() {
        assertEquals(READER, roles("reader"));
        assertEquals(WRITER, roles("writer", "any"));
        assertEquals(OPERATOR, roles("operator", "any"));
    }

    @Test
    @DisplayName("a role for a pool counts for that pool only")
    void inPool() {
        assertEquals(WRITER, roles("writer:orders", "orders"));
        assertEquals(NO_ROLES, roles("writer:orders", "order"));
        assertEquals(NO_ROLES, roles("writer:orders", "orders2"));
        assertEquals(NO_ROLES, roles("writer:orders"));
    }

    @Test
    @DisplayName("the higher of two roles counts")
    void higher() {
        assertEquals(WRITER, roles("reader,writer:orders", "orders"));
        assertEquals(READER, roles("reader,writer:orders", "other"));
        assertEquals(OPERATOR, roles("operator,reader:orders", "orders"));
        assertEquals(WRITER, roles("reader:a,writer:a,reader:a", "a"));
        assertEquals(OPERATOR, roles("reader,operator,writer"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "admin",
                "Reader",
                "reader,",
                "reader:",
                ":orders",
                "reader:a:b",
                "reader:A",
                "reader:../x",
                "reader reader",
                "reader:a/b",
                "reader:%61"
            })
    void isRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Grants.parse(text));
    }

    @Test
    @DisplayName("lines of subjects add up, and groups of ours need none")
    void subjects() {
        SubjectGrants grants =
                SubjectGrants.parse(
                        List.of(
                                "# who may do what",
                                "",
                                "sub:system:serviceaccount:shop:web writer:orders",
                                "group:auditors   reader",
                                "group:auditors reader:orders",
                                "cn:backup operator"));
        assertEquals(
                Grants.parse("writer:orders"),
                grants.of(List.of("sub:system:serviceaccount:shop:web")));
        assertEquals(Grants.parse("reader,reader:orders"), grants.of(List.of("group:auditors")));
        assertEquals(
                Grants.parse("operator,reader,reader:orders"),
                grants.of(List.of("cn:backup", "group:auditors", "sub:none")));
        assertEquals(Grants.parse("writer:a"), grants.of(List.of("group:zspool-writer:a")));
        assertEquals(Grants.NONE, grants.of(List.of("group:zspool-users", "group:operator")));
        assertEquals(Grants.NONE, grants.of(List.of("sub:zspool-operator", "backup")));
    }

    @Test
    @DisplayName("a wrong line is named by its number, and not repeated")
    void wrongLine() {
        IllegalArgumentException wrong =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> SubjectGrants.parse(List.of("sub:a reader", "", "secret:b reader")));
        assertTrue(
                String.valueOf(wrong.getMessage()).startsWith("line 3: "),
                String.valueOf(wrong.getMessage()));
        assertTrue(
                !String.valueOf(wrong.getMessage()).contains("secret"),
                String.valueOf(wrong.getMessage()));
        assertThrows(
                IllegalArgumentException.class, () -> SubjectGrants.parse(List.of("sub: reader")));
        assertThrows(IllegalArgumentException.class, () -> SubjectGrants.parse(List.of("sub:a")));
    }

    @Test
    @DisplayName("the annotations of the resources name these roles")
    void names() {
        assertEquals(Optional.of(Role.READER), Role.of("reader"));
        assertEquals(Optional.of(Role.WRITER), Role.of("writer"));
        assertEquals(Optional.of(Role.OPERATOR), Role.of("operator"));
        assertEquals(Optional.empty(), Role.of("READER"));
    }
}
