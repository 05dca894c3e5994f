package dev.zspool.identity;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Makes those who tell who callers are, with a time that a test decides, and closes them.
final class TestCallers implements AfterEachCallback {
    static final String ADDRESS = "10.0.0.1";

    /// Since the start.
    final AtomicLong elapsedMillis = new AtomicLong();

    private final List<Callers> made = new ArrayList<>();

    Callers of(SecurityOptions options) {
        InstantSource clock = () -> Instant.now().plusMillis(elapsedMillis.get());
        Callers callers =
                new Callers(options, ForkJoinPool.commonPool(), clock, elapsedMillis::get, 4711);
        made.add(callers);
        return callers;
    }

    static Identification show(Callers asking, Credentials shown) {
        return asking.identify(shown).toCompletableFuture().join();
    }

    static Identification show(Callers asking, String token) {
        return show(asking, bearer(token, ADDRESS));
    }

    static Credentials bearer(String token, String address) {
        return new Credentials(Optional.of("Bearer " + token), Optional.empty(), address);
    }

    static Caller known(Callers asking, String token) {
        return assertInstanceOf(Identification.Known.class, show(asking, token)).caller();
    }

    static String why(Callers asking, String token) {
        return assertInstanceOf(Identification.Wrong.class, show(asking, token)).why();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        made.forEach(Callers::close);
    }
}
