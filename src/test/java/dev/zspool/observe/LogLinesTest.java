package dev.zspool.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client sends does not make a log line, and does not tell its handles in one.
class LogLinesTest {

    private final OperationNames names = new OperationNames(new HandleHash(new byte[] {1}));

    private static String logged(String format, Object... parameters) {
        ExtLogRecord message =
                new ExtLogRecord(
                        Level.WARN,
                        format,
                        ExtLogRecord.FormatStyle.PRINTF,
                        LogLinesTest.class.getName());
        message.setParameters(parameters);
        assertTrue(new OneLine().isLoggable(message));
        return new PatternFormatter("%s").format(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\nINFO forged",
                "a\r\nINFO forged",
                "a\rforged",
                "a\u0085forged",
                "a\u2028forged",
                "\u001b[31mred",
                "\u001b]0;title\u0007",
                "\u009b31m",
                "a\bb",
                "a\0b",
                "\u202Eforged",
                "%n%s"
            })
    void logInjectionMakesNoLineAndNoEscape(String sent) {
        String line = logged("refused %s: %d", sent, 7);
        assertTrue(line.chars().noneMatch(Character::isISOControl), line);
        assertTrue(line.codePoints().noneMatch(c -> c == 0x2028 || c == 0x202E), line);
        assertTrue(line.startsWith("refused ") && line.endsWith(": 7"), line);
    }

    @Test
    void logInjectionInTheFormatItself() {
        ExtLogRecord message =
                new ExtLogRecord(
                        Level.WARN,
                        "50 % of {0}\n%s",
                        ExtLogRecord.FormatStyle.NO_FORMAT,
                        LogLinesTest.class.getName());
        new OneLine().isLoggable(message);
        assertEquals("50 % of {0}?%s", new PatternFormatter("%s").format(message));
    }

    @Test
    void whatIsPlainStaysAsItIs() {
        assertEquals("Größe 5 % of ü: \u65E5\u672C", logged("Größe 5 %% of %s: \u65E5\u672C", "ü"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/pools/default/blobs/a,            default",
        "/v1/pools/default/blobs/a/layout,     default",
        "/v1/pools/My.pool_1/compaction,       My.pool_1",
        "/v1/pools/default/blobs:get,          default",
        "/v1/pools/default,                    default",
        "/v1/pools/de%0Afault/blobs/a,         ''",
        "/v1/pools,                            ''",
        "/q/other,                             ''"
    })
    void thePoolOfAPath(String path, String pool) {
        assertEquals(pool, OperationNames.poolOf(path));
    }

    @Test
    void theHandleOfAPathIsAHash() {
        String hash = names.handleOf("/v1/pools/default/blobs/secret");
        assertTrue(hash.matches("[0-9a-f]{16}"), hash);
        assertEquals(hash, names.handleOf("/v1/pools/default/blobs/secret/layout"));
        assertNotEquals(hash, names.handleOf("/v1/pools/other/blobs/secret"));
        assertNotEquals(hash, names.handleOf("/v1/pools/default/blobs/secret2"));
        assertNotEquals(
                hash,
                new OperationNames(new HandleHash(new byte[] {2}))
                        .handleOf("/v1/pools/default/blobs/secret"),
                "a key of its own");
        assertEquals("", names.handleOf("/v1/pools/default/blobs"));
        assertEquals("", names.handleOf("/v1/pools/default/blobs/a%0d%0ab"));
        assertFalse(hash.contains("secret"));
    }

    @ParameterizedTest
    @CsvSource({
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,    0af7651916cd43dd8448eb211c80319c",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01,    ''",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 x,  ''",
        "'',                                                         ''"
    })
    void theTraceOfARequest(String parent, String trace) {
        assertEquals(trace, OperationNames.traceOf(parent));
    }
}
