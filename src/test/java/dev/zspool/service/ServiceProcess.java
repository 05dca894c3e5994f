package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The service as a user starts it, `./zspool run`, in a process of its own on free ports.
public final class ServiceProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Places in `/proc/PID/stat` behind the command's name.
    private static final int USER_TICKS = 11;

    private static final int SYSTEM_TICKS = 12;

    private final Process process;
    private final Path log;
    private final URI api;
    private final URI management;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ServiceProcess(Process process, Path log, int port, int managementPort) {
        this.process = process;
        this.log = log;
        this.api = URI.create("http://localhost:" + port);
        this.management = URI.create("http://localhost:" + managementPort);
    }

    /// Starts it and waits until it is ready.
    public static ServiceProcess start(String... properties)
            throws IOException, InterruptedException {
        return startFrom(System.getProperty("zspool.script", "./zspool"), properties);
    }

    /// Starts the service of some checkout.
    ///
    /// @param script its `zspool`
    public static ServiceProcess startFrom(String script, String... properties)
            throws IOException, InterruptedException {
        ServiceProcess service = launchFrom(script, properties);
        service.awaitReady();
        return service;
    }

    /// Starts it and does not wait.
    public static ServiceProcess launch(String... properties) throws IOException {
        return launchFrom(System.getProperty("zspool.script", "./zspool"), properties);
    }

    /// Starts it where a command line leads to, such as a control group, and waits until it is
    /// ready.
    ///
    /// @param entering makes a command line that becomes the given one there
    public static ServiceProcess startIn(UnaryOperator<List<String>> entering, String... properties)
            throws IOException, InterruptedException {
        ServiceProcess service =
                launchFrom(System.getProperty("zspool.script", "./zspool"), entering, properties);
        service.awaitReady();
        return service;
    }

    private static ServiceProcess launchFrom(String script, String... properties)
            throws IOException {
        return launchFrom(script, UnaryOperator.identity(), properties);
    }

    private static ServiceProcess launchFrom(
            String script, UnaryOperator<List<String>> entering, String... properties)
            throws IOException {
        return launchAt(script, entering, freePort(), freePort(), properties);
    }

    private static ServiceProcess launchAt(
            String script,
            UnaryOperator<List<String>> entering,
            int port,
            int managementPort,
            String... properties)
            throws IOException {
        Path log = Files.createTempFile("zspool-", ".log");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                script,
                                "run",
                                "-Dzspool.http.port=" + port,
                                "-Dzspool.management.port=" + managementPort));
        command.addAll(List.of(properties));
        if (Stream.of(properties).noneMatch(set -> set.startsWith("-Dzspool.data.directory="))) {
            // Its own, under the folder that the build clears.
            command.add(
                    "-Dzspool.data.directory="
                            + Path.of("target", "service-data", String.valueOf(port))
                                    .toAbsolutePath()
                            + "-"
                            + UUID.randomUUID());
        }
        return new ServiceProcess(
                startLogging(entering.apply(command), log), log, port, managementPort);
    }

    private static Process startLogging(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /// Starts it by a command line of its own, which has it listen on these ports, and waits until
    /// it is ready.
    static ServiceProcess startBy(List<String> command, int port, int managementPort)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile("zspool-", ".log");
        ServiceProcess service =
                new ServiceProcess(startLogging(command, log), log, port, managementPort);
        service.awaitReady();
        return service;
    }

    /// Starts another one on the ports of this one, which has ended, and waits until it is ready.
    public ServiceProcess startAgain(String... properties)
            throws IOException, InterruptedException {
        ServiceProcess service =
                launchAt(
                        System.getProperty("zspool.script", "./zspool"),
                        UnaryOperator.identity(),
                        api.getPort(),
                        management.getPort(),
                        properties);
        service.awaitReady();
        return service;
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// Waits until it takes requests.
    ///
    /// @throws IllegalStateException with what it said, when it does not come to that
    public void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                HttpRequest ready =
                        HttpRequest.newBuilder(management.resolve("/q/health/ready")).build();
                if (client.send(ready, HttpResponse.BodyHandlers.ofString()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // It does not listen yet.
            }
            Thread.sleep(30);
        }
        String said = Files.readString(log);
        close();
        throw new IllegalStateException("the service did not start:\n" + said);
    }

    public URI api() {
        return api;
    }

    public URI management() {
        return management;
    }

    public HttpClient client() {
        return client;
    }

    /// What it printed so far.
    public String output() throws IOException {
        return Files.readString(log);
    }

    /// Its resident size, in bytes, from `/proc`.
    public long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .sum();
    }

    /// The number of the process, which is that of its JVM.
    public long pid() {
        return process.pid();
    }

    /// How much of the processors it has used, in clock ticks of 10 ms, from `/proc`.
    public long processorTicks() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// Ends it by SIGKILL, and waits until the system has taken it away.
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Sends it a signal, such as `TERM`.
    void signal(String name) throws IOException, InterruptedException {
        assertEquals(
                0, new ProcessBuilder("kill", "-s", name, String.valueOf(pid())).start().waitFor());
    }

    /// Waits until it has ended by itself, and says with which status.
    int awaitEnd() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "it does not end");
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(log);
    }
}
