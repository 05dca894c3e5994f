package dev.zspool.squeeze;

import dev.zspool.testkit.MemoryCgroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A process in the service's control group that grows at a steady pace, keeps what it has, and
/// gives it back by ending.
final class Neighbour implements AutoCloseable {
    private final Process process;

    private Neighbour(Process process) {
        this.process = process;
    }

    /// Starts one that has grown to its size when this returns.
    static Neighbour grow(MemoryCgroup cgroup, int mebibytes, int mebibytesPerSecond)
            throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx16m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                classes().toString(),
                                NeighbourMain.class.getName(),
                                String.valueOf(mebibytes),
                                String.valueOf(mebibytesPerSecond))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Neighbour neighbour = new Neighbour(process);
        try {
            // What the JVM itself has by now is charged where it was started.
            neighbour.await("ready");
            cgroup.add(process.pid());
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            neighbour.await("grown");
            return neighbour;
        } catch (IOException | RuntimeException failed) {
            neighbour.close();
            throw failed;
        }
    }

    private static Path classes() {
        try {
            return Path.of(
                    NeighbourMain.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void await(String word) throws IOException {
        BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
        String said = reader.readLine();
        if (!word.equals(said)) {
            throw new IOException("the neighbour said " + said + " instead of " + word);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
