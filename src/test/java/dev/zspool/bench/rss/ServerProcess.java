package dev.zspool.bench.rss;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An installed server on a free port of loopback.
final class ServerProcess implements AutoCloseable {
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+");

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// The version of a program; none when it is not installed.
    static Optional<String> version(String program) throws InterruptedException {
        try {
            Process asked =
                    new ProcessBuilder(program, "--version").redirectErrorStream(true).start();
            String said =
                    new String(asked.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            asked.waitFor();
            Matcher version = VERSION.matcher(said);
            return version.find() ? Optional.of(version.group()) : Optional.empty();
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    /// Starts one and waits until it listens.
    static ServerProcess start(int port, String... command)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        while (process.isAlive()) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return new ServerProcess(process, port);
            } catch (IOException notYet) {
                Thread.sleep(50);
            }
        }
        throw new IOException(command[0] + " ended at once");
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
