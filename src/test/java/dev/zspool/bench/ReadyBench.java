package dev.zspool.bench;

import dev.zspool.service.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// How long what `./zspool package` made takes to be ready, with its archive and without: from the
/// start of its script to the first answer of the readiness probe, which is asked every 5 ms.
final class ReadyBench {
    private static final int DEFAULT_ROUNDS = 10;
    private static final byte[] ASK =
            "GET /q/health/ready HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String READY = " 200 ";
    private static final int TICK_MILLIS = 10;

    /// Before all other work, where we may say so: what else the machine does is not measured then.
    private static final List<String> FIRST =
            Tools.isInstalled("chrt") && "root".equals(System.getProperty("user.name"))
                    ? List.of("chrt", "-r", "10")
                    : List.of();

    private ReadyBench() {}

    private record Start(double millis, double processorMillis) {}

    /// @param arguments how many rounds; options for the JVM to compare, a set each
    static void run(String[] arguments) throws IOException, InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : DEFAULT_ROUNDS;
        String[] sets =
                arguments.length > 1
                        ? Arrays.copyOfRange(arguments, 1, arguments.length)
                        : new String[] {"", "-XX:AOTMode=off"};
        Path script = script();
        Start[][] starts = new Start[sets.length][rounds];
        for (int round = 0; round < rounds; round++) {
            // In turn, so that whatever else the machine does meets all of them.
            for (int set = 0; set < sets.length; set++) {
                starts[set][round] = start(script, sets[set]);
            }
        }
        System.out.println(FIRST.isEmpty() ? "beside all other work" : "with real-time priority");
        System.out.println("load: " + Files.readString(Path.of("/proc/loadavg")).strip());
        for (int set = 0; set < sets.length; set++) {
            double[] millis = sorted(starts[set], false);
            double[] processor = sorted(starts[set], true);
            System.out.printf(
                    Locale.ROOT,
                    "%-30s ready after %,.0f ms (%,.0f to %,.0f), %,.0f ms of the processors (medians of %d)%n",
                    sets[set].isEmpty() ? "as it is" : sets[set],
                    millis[rounds / 2],
                    millis[0],
                    millis[rounds - 1],
                    processor[rounds / 2],
                    rounds);
        }
    }

    private static Path script() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target").toAbsolutePath())) {
            return files.map(file -> file.resolve("bin/zspool"))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new IOException("./zspool package comes first"));
        }
    }

    private static Start start(Path script, String options)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "ready-");
        int managementPort = freePort();
        List<String> command = new ArrayList<>(FIRST);
        command.addAll(
                List.of(
                        script.toString(),
                        "run",
                        "-Dzspool.http.port=" + freePort(),
                        "-Dzspool.management.port=" + managementPort,
                        "-Dzspool.data.directory=" + folder.resolve("data")));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile());
        builder.environment().put("ZSPOOL_JAVA_OPTS", options);
        long begun = System.nanoTime();
        Process process = builder.start();
        while (!isReady(managementPort)) {
            if (!process.isAlive()) {
                throw new IOException(Files.readString(folder.resolve("log")));
            }
            Thread.sleep(5);
        }
        double millis = (System.nanoTime() - begun) / 1e6;
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        process.destroy();
        process.waitFor();
        return new Start(millis, ticks * TICK_MILLIS);
    }

    private static boolean isReady(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(ASK);
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(16), StandardCharsets.US_ASCII).contains(READY);
        } catch (SocketException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static double[] sorted(Start[] starts, boolean isProcessors) {
        return Arrays.stream(starts)
                .mapToDouble(start -> isProcessors ? start.processorMillis() : start.millis())
                .sorted()
                .toArray();
    }
}
