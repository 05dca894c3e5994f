package dev.zspool.crash;

import dev.zspool.persist.JournalException;
import dev.zspool.persist.JournalVerify;
import dev.zspool.persist.PieceVerifier;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// Flips bits of a data directory, one at a time, and sees what the journal makes of it: each flip
/// must be detected or harmless.
///
/// The journal runs native code over the damaged files. So it runs in a process of its own, which
/// says what it is about to do: one that dies is a finding as well, and the next one goes on
/// behind.
public final class FlipSweep {
    private static final String TRY = "try ";
    private static final String RESULT = "result ";

    /// Much longer than the journal takes to mark its last group as synced.
    private static final int AT_REST_MILLIS = 500;

    private static final int SMALL_FILE_BYTES = 600;

    /// To look closer at one file: a part of its name.
    private static final String ONLY = System.getProperty("zspool.test.flip.file", "");

    /// Then it is no longer about the flips.
    private static final int MOST_DEATHS = 10;

    /// A flip takes a tenth of one.
    private static final int MOST_SECONDS = 60;

    private FlipSweep() {}

    /// One damage.
    ///
    /// @param file relative to the data directory
    record Flip(String file, long offset, int mask) {
        @Override
        public String toString() {
            return file + " offset " + offset + " bits 0x" + Integer.toHexString(mask);
        }
    }

    /// What came of a sweep.
    ///
    /// @param counts of the flips by what became of them
    /// @param findings flips that were neither detected nor harmless, with what was seen
    public record Report(Map<String, Integer> counts, List<String> findings) {}

    /// What to sweep over.
    ///
    /// @param kind who reads what is damaged
    /// @param isKilled whether it is left as by a kill, with everything in the log
    /// @param perFile how many bytes of a larger file are flipped
    public record Plan(FlipTarget.Kind kind, boolean isKilled, long seed, int perFile) {
        @Override
        public String toString() {
            return kind
                    + (isKilled ? ", killed, seed " : ", closed, seed ")
                    + seed
                    + ", "
                    + perFile
                    + " a file";
        }
    }

    /// Writes a data directory.
    static FlipTarget prepare(Path pristine, Path work, Plan plan)
            throws IOException, InterruptedException {
        Files.createDirectories(work);
        FlipTarget target = plan.kind.make();
        target.write(
                work,
                () -> {
                    if (plan.isKilled) {
                        // A last group that nobody speaks for is dropped as if a kill had torn it.
                        Thread.sleep(AT_REST_MILLIS);
                        Trees.copy(work, pristine);
                    }
                });
        if (!plan.isKilled) {
            Trees.copy(work, pristine);
        }
        Trees.delete(work);
        return target;
    }

    /// The flips of a directory: every byte of small files, some of the others, a bit or two each.
    static List<Flip> flips(Path pristine, Plan plan) throws IOException {
        SplittableRandom random = new SplittableRandom(plan.seed);
        List<Flip> flips = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> all = Files.walk(pristine)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            if (!file.toString().contains(ONLY)) {
                continue;
            }
            long size = Files.size(file);
            long stride =
                    size <= Math.min(SMALL_FILE_BYTES, plan.perFile) ? 1 : size / plan.perFile + 1;
            for (long at = 0; at < size; at += stride) {
                int mask = 1 << random.nextInt(Byte.SIZE);
                long offset = Math.min(size - 1, at + random.nextLong(stride));
                flips.add(
                        new Flip(
                                pristine.relativize(file).toString(),
                                offset,
                                random.nextInt(8) == 0 ? 0xFF : mask));
            }
        }
        return flips;
    }

    /// Runs a sweep in processes of its own.
    ///
    /// @param folder an empty one to work in
    public static Report run(Path folder, Plan plan) throws IOException, InterruptedException {
        Path pristine = folder.resolve("pristine");
        prepare(pristine, folder.resolve("work"), plan);
        List<Flip> flips = flips(pristine, plan);
        Report report = new Report(new TreeMap<>(), new ArrayList<>());
        int next = 0;
        int deaths = 0;
        while (next < flips.size() && deaths < MOST_DEATHS) {
            int from = next;
            Process child = launch(folder, plan, from);
            next = read(child, from, report);
            int status = child.waitFor();
            if (status != 0 || next == from) {
                report.findings.add("the process ended with " + status + ": " + flips.get(next));
                report.counts.merge("process died", 1, Integer::sum);
                next++;
                deaths++;
            }
        }
        return report;
    }

    private static Process launch(Path folder, Plan plan, int from) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-Dzspool.test.flip.file=" + ONLY,
                        "-cp",
                        System.getProperty("java.class.path"),
                        FlipSweep.class.getName(),
                        folder.toString(),
                        plan.kind.name(),
                        Boolean.toString(plan.isKilled),
                        Long.toString(plan.seed),
                        Integer.toString(plan.perFile),
                        Integer.toString(from))
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /// @return the first flip without a result
    private static int read(Process child, int from, Report report) throws IOException {
        int next = from;
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = next(lines, child); !line.isEmpty(); line = next(lines, child)) {
                if (line.startsWith(RESULT)) {
                    String[] parts = line.substring(RESULT.length()).split("\t", -1);
                    report.counts.merge(parts[0], 1, Integer::sum);
                    if (parts.length > 1) {
                        report.findings.add(parts[0] + ": " + parts[1] + ": " + parts[2]);
                    }
                    next++;
                }
            }
        }
        return next;
    }

    /// The next line; an empty one at the end, or behind a flip that does not come to one: native
    /// code that never returns can only be ended with its process.
    private static String next(BufferedReader lines, Process child) {
        CompletableFuture<String> line =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return Objects.requireNonNullElse(lines.readLine(), "");
                    } catch (IOException ended) {
                        return "";
                    }
                });
        try {
            return line.get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException endless) {
            child.destroyForcibly();
            return "";
        } catch (ExecutionException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// The process of its own: `FOLDER KIND IS_KILLED SEED PER_FILE FROM`.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(arguments[0]);
        Plan plan =
                new Plan(
                        FlipTarget.Kind.valueOf(arguments[1]),
                        Boolean.parseBoolean(arguments[2]),
                        Long.parseLong(arguments[3]),
                        Integer.parseInt(arguments[4]));
        Path pristine = folder.resolve("pristine");
        Path work = folder.resolve("flipped");
        // Written once more, to know what must be there.
        Path again = folder.resolve("again");
        Trees.delete(again);
        FlipTarget target = prepare(again, folder.resolve("work"), plan);
        List<Flip> flips = flips(pristine, plan);
        for (Flip flip : flips.subList(Integer.parseInt(arguments[5]), flips.size())) {
            System.out.println(TRY + flip);
            System.out.println(RESULT + tried(target, pristine, work, flip));
            Trees.delete(work);
        }
    }

    private static String tried(FlipTarget target, Path pristine, Path work, Flip flip)
            throws IOException {
        Trees.delete(work);
        Trees.copy(pristine, work);
        flip(work.resolve(flip.file), flip.offset, flip.mask);
        boolean isSaidToBeSound = isSaidToBeSound(work);
        String result = opened(target, work, flip);
        boolean isDamaged = result.equals("detected") || result.equals("refused");
        return isDamaged && isSaidToBeSound ? "sound to verify\t" + flip + "\t" + result : result;
    }

    /// What `./zspool verify` says, which changes nothing.
    private static boolean isSaidToBeSound(Path directory) {
        try {
            return JournalVerify.run(directory, PieceVerifier.NONE, blobs -> {}).isSound();
        } catch (JournalException refused) {
            return false;
        }
    }

    private static String opened(FlipTarget target, Path work, Flip flip) {
        try {
            FlipFindings findings = target.look(work);
            if (!findings.silent().isEmpty()) {
                return "silent\t" + flip + "\t" + findings.silent();
            }
            return findings.isDetected() ? "detected" : "harmless";
        } catch (JournalException refused) {
            return "refused";
        } catch (RuntimeException | AssertionError failed) {
            return "failed\t" + flip + "\t" + String.valueOf(failed).replace('\n', ' ');
        }
    }

    private static void flip(Path file, long offset, int mask) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ mask)).flip();
            channel.write(one, offset);
        }
    }
}
