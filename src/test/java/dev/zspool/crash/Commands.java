package dev.zspool.crash;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Programs of the machine, run to their end.
final class Commands {
    private Commands() {}

    /// Runs one.
    ///
    /// @return what it printed
    /// @throws IOException with what it printed, when its status is not 0
    static String run(String... command) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(new File("/dev/null"))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() == 0) {
                return said;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new IOException(List.of(command) + ": " + said);
    }

    /// Runs a verb of the service's script.
    static String zspool(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = System.getProperty("zspool.script", "./zspool");
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return run(command);
    }
}
