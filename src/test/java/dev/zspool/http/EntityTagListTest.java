package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Lists of entity tags, as they come in headers. The version compared with is always `"a-1"`.
class EntityTagListTest {

    private static EntityTagList parse(String... lines) {
        return EntityTagList.parse("If-Match", List.of(lines));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            value = {
                "*                        ; true  ; true",
                "' * '                    ; true  ; true",
                "\"a-1\"                  ; true  ; true",
                "W/\"a-1\"                ; false ; true",
                "\"a-2\"                  ; false ; false",
                "\"\"                     ; false ; false",
                "\"x\",\"a-1\"            ; true  ; true",
                "\"x\" , W/\"a-1\"        ; false ; true",
                "',,\"x\",, ,\"a-1\",'    ; true  ; true",
                "\"a-1,x\"                ; false ; false",
                "\"x,\",\"a-1\"           ; true  ; true",
                "\"*\"                    ; false ; false",
                "\"W/\"                   ; false ; false",
                "\"W/a-1\"                ; false ; false",
                "W/\"xa-1\"               ; false ; false",
                "\"xa-1\"                 ; false ; false",
                "\"\u00e4\u00ff\"         ; false ; false",
                "\"\\\", \"a-1\"          ; true  ; true",
            })
    void matching(String list, boolean strongly, boolean weakly) {
        EntityTagList tags = parse(list);
        assertEquals(strongly, tags.matchesStrongly("\"a-1\""), "strongly");
        assertEquals(weakly, tags.matchesWeakly("\"a-1\""), "weakly");
    }

    @Test
    void severalLinesAreOneList() {
        EntityTagList tags = parse("\"x\"", "", "\"y\", \"a-1\"");
        assertTrue(tags.matchesStrongly("\"a-1\""));
        assertTrue(tags.matchesStrongly("\"x\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "a-1",
                "'a-1'",
                "\"a-1",
                "a-1\"",
                "\"a\" \"b\"",
                "\"a\"\"b\"",
                "\"a b\"",
                "\"a\tb\"",
                "\"a\u007f\"",
                "w/\"a\"",
                "W\"a\"",
                "W/",
                "W/ \"a\"",
                "*, \"a\"",
                "\"a\", *",
                "**",
                "*x",
                "\"a\";",
                "\u00e4",
            })
    void whatIsNoList(String list) {
        assertRefused(list);
    }

    @Test
    void whatIsNoListInSeveralLines() {
        assertRefused("*", "*");
        assertRefused("\"a\"", "*");
        assertRefused("\"a", "b\"");
        assertRefused("", "");
    }

    private static void assertRefused(String... lines) {
        ProblemException problem = assertThrows(ProblemException.class, () -> parse(lines));
        assertEquals(ProblemCode.BAD_HEADER, problem.code());
        assertTrue(problem.detail().startsWith("If-Match must be "), problem.detail());
    }
}
