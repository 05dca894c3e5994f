package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Programs that are not ours, run against the service.
public final class Tools {

    private static final long PATIENCE_SECONDS = 60;

    private Tools() {}

    /// Skips the test on a machine that has no such program.
    public static void assumeInstalled(String program) {
        assumeTrue(isInstalled(program), "no " + program + " on this machine");
    }

    public static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /// What a program printed, and how it ended.
    public record Ending(int exitStatus, String output) {

        /// What it printed, if it ended well.
        public String expectSuccess() {
            assertEquals(0, exitStatus, output);
            return output;
        }
    }

    /// Runs a program in a folder until it ends.
    public static Ending run(Path folder, List<String> command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output-", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        String said = new String(Files.readAllBytes(output), StandardCharsets.ISO_8859_1);
        Files.delete(output);
        return new Ending(ended ? process.exitValue() : -1, command + "\n" + said);
    }
}
