package dev.zspool.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
    private static final String KEY = ApiKeys.generate(new Random(7));
    private static final String HASH = ApiKeys.line("a", "reader", KEY).split(" ", -1)[2];

    @Test
    @DisplayName("a key finds its line, and nothing else does")
    void finds() {
        ApiKeys keys = ApiKeys.parse(List.of("# keys", ApiKeys.line("shop", "writer:orders", KEY)));
        assertEquals(
                Optional.of(new Caller("shop", Caller.Way.API_KEY, Grants.parse("writer:orders"))),
                keys.find(KEY));
        assertEquals(Optional.empty(), keys.find(KEY + "A"));
        assertEquals(Optional.empty(), keys.find(KEY.substring(1)));
        assertEquals(Optional.empty(), keys.find(ApiKeys.generate(new Random(8))));
        assertEquals(Optional.empty(), keys.find(HASH));
        assertEquals(Optional.empty(), keys.find(""));
    }

    @Test
    @DisplayName("keys are recognisable and differ")
    void generates() {
        Random random = new Random(9);
        String key = ApiKeys.generate(random);
        assertEquals(47, key.length());
        assertEquals(true, ApiKeys.isWrittenLikeOne(key));
        assertNotEquals(key, ApiKeys.generate(random));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shop reader",
                "shop reader zsk_clear",
                "shop reader sha256:00",
                "sh\"op reader sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "shop root sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "shop reader sha256:0000000000000000000000000000000000000000000000000000000000000000 x",
                "shop reader SHA256:0000000000000000000000000000000000000000000000000000000000000000"
            })
    void isRefused(String line) {
        IllegalArgumentException wrong =
                assertThrows(
                        IllegalArgumentException.class, () -> ApiKeys.parse(List.of("", line)));
        assertFalse(
                String.valueOf(wrong.getMessage()).contains("zsk_"),
                "a key in the wrong place is not repeated");
        assertEquals("line 2", String.valueOf(wrong.getMessage()).substring(0, 6));
    }

    @Test
    @DisplayName("the same key twice is a mistake of whoever wrote the file")
    void twice() {
        assertThrows(
                IllegalArgumentException.class,
                () -> ApiKeys.parse(List.of("a reader " + HASH, "b operator " + HASH)));
    }
}
