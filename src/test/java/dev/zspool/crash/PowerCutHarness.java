package dev.zspool.crash;

import dev.zspool.stress.ChaosViolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Cuts the power of the disk under a service at random moments, and compares what a service makes
/// of what is left with what was acknowledged at that moment.
///
/// The data directory is an ext4 on a {@link VolatileDisk}: what was not flushed when the power
/// goes is lost, kept, or torn by the sector. A cut is an image of the disk; the service goes on,
/// so that one run gives many cuts, which are looked at behind it. A write that was acknowledged
/// before the cut must be there; one that was begun before it may be.
///
/// An asynchronous write may be lost if it was acknowledged less than 100 ms before, and the time
/// that this machine took for a flush and was late in waking a sleeper, both as measured meanwhile.
public final class PowerCutHarness {
    private static final long DISK_BYTES = 2L << 30;
    private static final long SYNC_INTERVAL_MILLIS = 100;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Path folder;
    private final SplittableRandom random;
    private final long seed;
    private final Consumer<String> log;

    /// What the clients do, and what the disk does.
    public enum Kind {
        /// Everything at once; nothing of it may be lost but asynchronous writes.
        EVERYTHING,
        /// Asynchronous writes only, so that nobody else's sync makes them durable.
        ONLY_ASYNC,
        /// As everything, on a disk that answers flushes and forgets: loss must be seen.
        LYING_DISK
    }

    /// One cut, not yet looked at.
    private record Cut(
            Path image,
            VolatileDisk.Unflushed unflushed,
            Window window,
            long flushMillis,
            long lateMillis) {}

    /// @param folder an empty one for images and mounts
    public PowerCutHarness(Path folder, long seed, Consumer<String> log) {
        this.folder = folder;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.log = log;
    }

    /// Why it cannot be done on this machine; empty when it can.
    public static String whyNot() {
        return Ext4.whyNot().orElse("");
    }

    /// Runs a service on a new disk and cuts its power several times.
    ///
    /// @throws ChaosViolation when something was lost that must not be
    public void run(Kind kind, int cuts) throws IOException, InterruptedException {
        CrashModel model =
                kind == Kind.ONLY_ASYNC ? CrashModel.onlyAsync() : CrashModel.everything();
        List<Cut> taken = new ArrayList<>();
        try (CutDisk disk = new CutDisk(folder, DISK_BYTES);
                Lateness lateness = new Lateness();
                Victim victim = new ServiceVictim(disk.directory().resolve("data"))) {
            victim.start();
            CrashClient client = new CrashClient(victim.api());
            model.create(client);
            if (kind == Kind.LYING_DISK) {
                disk.lie();
            }
            CrashLoad load = new CrashLoad(model, client, random.split(), "");
            if (kind == Kind.ONLY_ASYNC) {
                load.startWriters();
            } else {
                load.start();
            }
            for (int i = 0; i < cuts; i++) {
                Thread.sleep(random.nextInt(300, 1500));
                taken.add(cut(kind, disk, lateness, i));
            }
            load.expectEnd();
            load.join();
            victim.kill();
            log.accept(kind + ": " + load.summary() + ", " + disk.summary());
        }
        for (Cut cut : taken) {
            look(kind, model, cut);
        }
    }

    private Cut cut(Kind kind, CutDisk disk, Lateness lateness, int number) throws IOException {
        VolatileDisk.Unflushed[] kinds = VolatileDisk.Unflushed.values();
        VolatileDisk.Unflushed unflushed =
                kind == Kind.LYING_DISK
                        ? VolatileDisk.Unflushed.LOST
                        : kinds[random.nextInt(kinds.length)];
        Path image = folder.resolve("image-" + number);
        List<Window> window = new ArrayList<>();
        disk.cut(image, unflushed, random.split(), () -> window.add(Window.now()));
        return new Cut(
                image,
                unflushed,
                window.getFirst(),
                disk.longestFlushNanos() / NANOS_PER_MILLI,
                lateness.longestNanos() / NANOS_PER_MILLI);
    }

    private void look(Kind kind, CrashModel model, Cut cut)
            throws IOException, InterruptedException {
        long allowedMillis = SYNC_INTERVAL_MILLIS + cut.flushMillis + cut.lateMillis;
        Path mounted = folder.resolve("cut");
        List<String> violations;
        try (Ext4 files = Ext4.mount(cut.image, mounted);
                Victim victim = new ServiceVictim(files.directory().resolve("data"))) {
            victim.start();
            CrashVerifier verifier =
                    new CrashVerifier(
                            new CrashClient(victim.api()), cut.window.losing(allowedMillis), false);
            violations = verifier.verify(model.all());
            victim.kill();
            log.accept(
                    String.format(
                            Locale.ROOT,
                            "%s, unflushed writes %s: oldest loss %.1f ms of %d allowed"
                                    + " (100 + flush of %d + wake-up late by %d), %d violations",
                            kind,
                            cut.unflushed,
                            verifier.longestLossNanos() / (double) NANOS_PER_MILLI,
                            allowedMillis,
                            cut.flushMillis,
                            cut.lateMillis,
                            violations.size()));
        }
        Files.delete(cut.image);
        if (!violations.isEmpty()) {
            throw new ChaosViolation(
                    "seed "
                            + seed
                            + ", "
                            + kind
                            + ", unflushed writes "
                            + cut.unflushed
                            + ":\n  "
                            + String.join(
                                    "\n  ",
                                    violations.subList(0, Math.min(12, violations.size()))));
        }
    }

    /// A thread that sleeps and notes how late it wakes.
    private static final class Lateness implements AutoCloseable {
        private static final long NAP_MILLIS = 5;

        private long longestNanos;
        private volatile boolean isEnding;

        private Lateness() {
            Thread.ofPlatform().name("crash-lateness").daemon().start(this::sleep);
        }

        private void sleep() {
            while (!isEnding) {
                long begun = System.nanoTime();
                try {
                    Thread.sleep(NAP_MILLIS);
                } catch (InterruptedException interrupted) {
                    return;
                }
                note(System.nanoTime() - begun - NAP_MILLIS * NANOS_PER_MILLI);
            }
        }

        private synchronized void note(long lateNanos) {
            longestNanos = Math.max(longestNanos, lateNanos);
        }

        /// Since it was asked last.
        private synchronized long longestNanos() {
            long longest = longestNanos;
            longestNanos = 0;
            return longest;
        }

        @Override
        public void close() {
            isEnding = true;
        }
    }
}
