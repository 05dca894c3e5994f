package dev.zspool.boot;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// `./zspool demo`: keeps a throw-away service busy, so that there is something to look at in its
/// console. Ends with the service.
final class Demo {
    private static final int FILLED = 8_000;
    private static final int STEPS_A_SECOND = 150;
    private static final int ROUND_SECONDS = 120;
    private static final int DELETES_AT = 5;
    private static final int SQUEEZE_AT = 15;
    private static final int SQUEEZE_SECONDS = 20;
    private static final long SQUEEZE_BYTES = 76L << 20;
    private static final double DELETED = 0.6;
    private static final int WRONG_USE = 2;
    private static final String LISTENING = "Listening on: ";

    private final DemoLoad load;
    private final ProcessHandle service;

    private Demo(DemoLoad load, ProcessHandle service) {
        this.load = load;
        this.service = service;
    }

    /// The entry point.
    ///
    /// @param arguments the service's address, the number of its process, and the file that its log
    ///   goes to
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 3) {
            System.err.println("zspool: Demo ADDRESS PROCESS LOG");
            System.exit(WRONG_USE);
        }
        URI address = URI.create(arguments[0]);
        ProcessHandle service = ProcessHandle.of(Long.parseLong(arguments[1])).orElse(null);
        if (service == null) {
            System.err.println("zspool: the service has ended");
            System.exit(1);
            return;
        }
        // Always the same blobs: nobody depends on them.
        DemoLoad load = new DemoLoad(address, new SplittableRandom(1));
        try {
            new Demo(load, service).run(address, Path.of(arguments[2]));
            throw new IOException("it has ended");
        } catch (IOException failure) {
            say(
                    service.isAlive()
                            ? "the service answers no more: " + failure.getMessage()
                            : "the service has ended");
            System.exit(1);
        }
    }

    /// Only the service itself can say that it listens: at its address may be another one, whose
    /// blobs are not to be played with.
    private void awaitStart(Path log) throws IOException, InterruptedException {
        while (!Files.readString(log, StandardCharsets.ISO_8859_1).contains(LISTENING)) {
            if (!service.isAlive()) {
                throw new IOException("it did not start");
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private void run(URI address, Path log) throws IOException, InterruptedException {
        awaitStart(log);
        if (!load.isAllowed()) {
            throw new IOException("it asks who one is, and a demo has no key");
        }
        say("the console is at " + address + "/ ; Ctrl-C ends the demo and removes its data");
        load.makePools();
        for (int at = 0; at < FILLED; at++) {
            load.write();
        }
        say(FILLED + " blobs are stored; clients read, write and delete from now on");
        for (int second = 0; service.isAlive(); second = (second + 1) % ROUND_SECONDS) {
            second(second);
        }
    }

    private void second(int second) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        if (second == DELETES_AT) {
            say(load.deleteShare(DELETED) + " records were deleted: see Classes and Compaction");
        } else if (second == SQUEEZE_AT) {
            load.squeeze(SQUEEZE_BYTES, SQUEEZE_SECONDS);
            say("a neighbour needs memory for " + SQUEEZE_SECONDS + " s: see Pressure");
        }
        for (int step = 0; step < STEPS_A_SECOND && System.nanoTime() < end; step++) {
            load.step();
        }
        long left = end - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    private static void say(String text) {
        System.err.println("zspool: " + text);
    }
}
