package dev.zspool.squeeze;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;

/// What a {@link Neighbour} runs: `MEBIBYTES MEBIBYTES_PER_SECOND`.
final class NeighbourMain {
    private static final int STEPS_PER_SECOND = 10;

    private NeighbourMain() {}

    /// Says that it is there, grows when it is told to, says so, and stays until its input ends.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long bytes = Long.parseLong(arguments[0]) << 20;
        long step = (Long.parseLong(arguments[1]) << 20) / STEPS_PER_SECOND;
        System.out.println("ready");
        System.in.read();
        try (Arena arena = Arena.ofConfined()) {
            long next = System.nanoTime();
            for (long grown = 0; grown < bytes; grown += step) {
                // Filled with zeros, and so touched.
                arena.allocate(Math.min(step, bytes - grown));
                next += TimeUnit.SECONDS.toNanos(1) / STEPS_PER_SECOND;
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            }
            System.out.println("grown");
            while (System.in.read() >= 0) {
                // Whoever started it keeps the other end.
            }
        }
    }
}
