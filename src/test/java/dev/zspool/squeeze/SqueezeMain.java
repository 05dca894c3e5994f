package dev.zspool.squeeze;

import dev.zspool.service.ServiceProcess;
import dev.zspool.stress.ChaosViolation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.opentest4j.TestAbortedException;

/// Squeezes the service in a small container, each kind of pool in turn: `[MEBIBYTES [SEED
/// [-Dkey=value...]]]` of input, 4096 and a new seed when not given. Ends with an exception, and so
/// with a status other than 0, when something was wrong.
public final class SqueezeMain {
    private static final int DEFAULT_MEBIBYTES = 4096;
    private static final int MEBIBYTES_PER_ROUND = 512;

    private SqueezeMain() {}

    /// Runs them.
    ///
    /// @throws ChaosViolation when something was wrong
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int mebibytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_MEBIBYTES;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        String[] properties =
                Arrays.copyOfRange(arguments, Math.min(2, arguments.length), arguments.length);
        // What a first start makes for all later ones would count in the container.
        ServiceProcess.start().close();
        int rounds = Math.max(1, mebibytes / MEBIBYTES_PER_ROUND);
        System.out.printf(Locale.ROOT, "memory: %d MiB, seed %d%n", mebibytes, seed);
        long bytesPerRound = ((long) mebibytes << 20) / rounds;
        List<Squeeze> kinds =
                List.of(
                        Squeeze.durable(seed, System.out::println),
                        Squeeze.reject(seed, System.out::println),
                        Squeeze.evict(seed, System.out::println));
        int failed = 0;
        for (Squeeze kind : kinds) {
            try {
                kind.run(rounds, bytesPerRound, properties);
            } catch (ChaosViolation wrong) {
                System.out.println(wrong.getMessage());
                failed++;
            } catch (TestAbortedException cannot) {
                System.out.println("memory: skipped, " + cannot.getMessage());
            }
        }
        if (failed > 0) {
            throw new ChaosViolation(failed + " kinds of pools failed, seed " + seed);
        }
    }
}
