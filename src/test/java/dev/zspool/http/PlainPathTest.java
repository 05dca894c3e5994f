package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which paths mean what they say.
class PlainPathTest {

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/a/b", "/...", "/a/.b", "/a/..b", "/a%2Fb", "/%41", "/a+b"})
    void plain(String path) {
        assertTrue(PlainPath.isPlain(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "//",
                "/a/",
                "/a//b",
                "/.",
                "/..",
                "/a/.",
                "/a/..",
                "/./a",
                "/../a",
                "/a/./b",
                "/%2e",
                "/%2E%2e",
                "/a/.%2e/b",
                "/a;b",
                "/;",
                "/a\\b",
                "/%",
                "/%4",
                "/%4g",
                "/%g4",
                "/a%"
            })
    void notPlain(String path) {
        assertFalse(PlainPath.isPlain(path));
    }
}
