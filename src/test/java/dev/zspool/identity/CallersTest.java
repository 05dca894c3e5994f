package dev.zspool.identity;

import static dev.zspool.identity.TestCallers.bearer;
import static dev.zspool.identity.TestCallers.show;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class CallersTest {
    private static final String KEY = ApiKeys.generate(new Random(1));
    private static final String OTHER = ApiKeys.generate(new Random(2));

    @TempDir Path folder;
    @RegisterExtension final TestCallers callers = new TestCallers();

    private Callers withKeys(String... lines) throws IOException {
        Path file = folder.resolve("keys");
        Files.writeString(file, String.join("\n", lines));
        return callers.of(
                new SecurityOptions(
                        Optional.of(file),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false));
    }

    private static Identification showHeader(Callers asking, String header) {
        return show(
                asking,
                new Credentials(Optional.of(header), Optional.empty(), TestCallers.ADDRESS));
    }

    @Test
    @DisplayName("a client with 64 bits of IPv6 addresses has one bound, and leaves others theirs")
    void manyAddresses() throws IOException {
        Callers asking = withKeys(ApiKeys.line("a", "reader", KEY));
        for (int at = 0; at < 100_000; at++) {
            var _ =
                    show(
                            asking,
                            bearer(
                                    OTHER,
                                    "2001:db8:0:1:0:0:"
                                            + Integer.toHexString(at >>> 16)
                                            + ":"
                                            + Integer.toHexString(at & 0xffff)));
        }
        assertEquals(Callers.BURST, asking.refusals(Callers.Refusal.WRONG));
        assertInstanceOf(
                Identification.Wrong.class, show(asking, bearer(OTHER, "2001:db8:0:2:0:0:0:1")));
    }

    @Test
    @DisplayName("who shows nothing, or in another way, is not let in")
    void nothing() throws IOException {
        Callers asking = withKeys(ApiKeys.line("a", "reader", KEY));
        assertEquals(Optional.empty(), asking.everybody());
        assertEquals(
                new Identification.Absent(),
                asking.identify(new Credentials(Optional.empty(), Optional.empty(), "10.0.0.1"))
                        .toCompletableFuture()
                        .join());
        assertInstanceOf(Identification.Wrong.class, showHeader(asking, "Basic YTpi"));
        assertInstanceOf(Identification.Wrong.class, showHeader(asking, KEY));
        assertInstanceOf(Identification.Wrong.class, showHeader(asking, "Bearer"));
        assertInstanceOf(Identification.Known.class, showHeader(asking, "bearer   " + KEY));
        assertEquals(1, asking.refusals(Callers.Refusal.ABSENT));
        assertEquals(3, asking.refusals(Callers.Refusal.WRONG));
    }

    @Test
    @DisplayName("a new file of keys counts from the next look on; a wrong one changes nothing")
    void rotates() throws IOException {
        Callers asking = withKeys(ApiKeys.line("a", "reader", KEY));
        assertInstanceOf(Identification.Wrong.class, show(asking, OTHER));
        Files.writeString(folder.resolve("keys"), ApiKeys.line("b", "writer", OTHER));
        asking.refresh();
        assertInstanceOf(Identification.Known.class, show(asking, OTHER));
        assertInstanceOf(Identification.Wrong.class, show(asking, KEY), "it is revoked");
        Files.writeString(folder.resolve("keys"), "nonsense");
        asking.refresh();
        assertInstanceOf(Identification.Known.class, show(asking, OTHER));
        Files.delete(folder.resolve("keys"));
        asking.refresh();
        assertInstanceOf(Identification.Known.class, show(asking, OTHER));
        Files.writeString(folder.resolve("keys"), "");
        asking.refresh();
        assertInstanceOf(Identification.Wrong.class, show(asking, OTHER), "nobody is let in now");
    }

    @Test
    @DisplayName("without its file it does not start, and says which")
    void noFile() {
        IllegalArgumentException missing =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                callers.of(
                                        new SecurityOptions(
                                                Optional.of(folder.resolve("none")),
                                                Optional.empty(),
                                                Optional.empty(),
                                                Optional.empty(),
                                                false)));
        assertTrue(
                String.valueOf(missing.getMessage()).startsWith("zspool.security.api-keys-file="));
    }

    @Test
    @DisplayName("100,000 wrong keys cost no memory and are hardly looked at; a right one passes")
    void wrongKeys() throws IOException {
        Callers asking = withKeys(ApiKeys.line("a", "reader", KEY));
        Random random = new Random(3);
        AtomicInteger limited = new AtomicInteger();
        for (int at = 0; at < 100_000; at++) {
            if (show(asking, ApiKeys.generate(random)) instanceof Identification.Limited) {
                limited.incrementAndGet();
            }
        }
        assertTrue(limited.get() > 90_000, "limited " + limited);
        assertInstanceOf(Identification.Known.class, show(asking, KEY));
        assertInstanceOf(Identification.Wrong.class, show(asking, bearer("x", "10.0.0.2")));
        // What an attempt leaves behind would show here: all tables have a fixed size.
        long before = usedAfterCollection();
        for (int at = 0; at < 100_000; at++) {
            var _ = show(asking, bearer(ApiKeys.generate(random), "10." + at));
        }
        assertTrue(usedAfterCollection() - before < 1 << 20, "less than 11 bytes an attempt");
    }

    private static long usedAfterCollection() {
        for (int round = 0; round < 3; round++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    @DisplayName("a service that asks nobody has one caller for all, and looks at nothing")
    void open() {
        Callers open =
                callers.of(
                        new SecurityOptions(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                false));
        Caller everybody = open.everybody().orElseThrow();
        assertEquals(Caller.Way.OPEN, everybody.way());
        assertEquals(Role.OPERATOR.included(), everybody.grants().rolesFor(Optional.empty()));
        assertEquals(Role.OPERATOR.included(), everybody.grants().rolesFor(Optional.of("any")));
    }

    @Test
    @DisplayName("logInjection: a name from outside cannot end a line or a field of the log")
    void logInjection() {
        String evil = "mallory\" status=200\r\n2026 INFO caller=\"root\u001b[31m\u2028";
        String name = new Caller(evil, Caller.Way.JWT, Grants.NONE).name();
        assertTrue(name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"'), name);
        assertEquals(
                256, new Caller("x".repeat(10_000), Caller.Way.JWT, Grants.NONE).name().length());
    }
}
