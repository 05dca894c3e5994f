package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Prism, a proxy that holds every request and every answer against a contract, before the service.
/// It tells of what is wrong in `sl-violations`, and answers 500 or 422 by itself.
final class Prism implements AutoCloseable {

    /// The last that runs on node 18, which Debian 12 has.
    private static final String VERSION = "5.14.2";

    private static final String SCRIPT = "node_modules/@stoplight/prism-cli/dist/index.js";

    private final Process process;
    private final int port;
    private final Path log;

    private Prism(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /// Starts one before the service and waits until it listens.
    ///
    /// @param program from [#fetch]
    static Prism start(Path program, Path contract, ServiceProcess service, String... options)
            throws IOException, InterruptedException {
        int port = ServiceProcess.freePort();
        List<String> command =
                new ArrayList<>(List.of("node", program.toString(), "proxy", contract.toString()));
        command.add("http://127.0.0.1:" + service.api().getPort());
        command.addAll(List.of("--errors", "--cors", "false"));
        command.addAll(List.of("--host", "127.0.0.1", "--port", "" + port));
        command.addAll(List.of(options));
        Path log = Files.createTempFile("zspool-prism-", ".log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Prism prism = new Prism(process, port, log);
        prism.awaitListening();
        return prism;
    }

    /// Where it is on this machine, in the user's cache after the first time. Skips the test where
    /// npm is missing or cannot fetch it.
    static Path fetch() throws IOException, InterruptedException {
        Tools.assumeInstalled("node");
        Tools.assumeInstalled("npm");
        Path caches =
                Path.of(
                        Objects.requireNonNullElse(
                                System.getenv("XDG_CACHE_HOME"),
                                System.getProperty("user.home") + "/.cache"));
        Path folder = Files.createDirectories(caches.resolve("zspool/prism-cli-" + VERSION));
        Path complete = folder.resolve("complete");
        try (FileChannel file =
                        FileChannel.open(
                                folder.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = file.lock()) {
            if (!Files.exists(complete)) {
                install(folder);
                Files.createFile(complete);
            }
        }
        return folder.resolve(SCRIPT);
    }

    private static void install(Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("npm", "install", "--no-save"));
        command.addAll(List.of("--no-package-lock", "--ignore-scripts", "--engine-strict=false"));
        command.addAll(List.of("--no-audit", "--no-fund", "--fetch-retries=1"));
        command.addAll(List.of("--fetch-retry-mintimeout=1000", "--prefix", folder.toString()));
        command.add("@stoplight/prism-cli@" + VERSION);
        Tools.Ending ending = Tools.run(folder, command);
        // .ci/run knows these words, and excuses them only if there is no registry.
        String why =
                ending.output()
                        .lines()
                        .filter(line -> line.matches("npm (error|ERR!) code .*"))
                        .findFirst()
                        .orElse("exit status " + ending.exitStatus());
        assumeTrue(ending.exitStatus() == 0, "npm could not fetch Prism: " + why);
    }

    private void awaitListening() throws IOException, InterruptedException {
        for (int tenths = 0; tenths < 300 && process.isAlive(); tenths++) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                Thread.sleep(100);
            }
        }
        String said = Files.readString(log);
        close();
        throw new IllegalStateException("Prism did not start:\n" + said);
    }

    URI url(String path) {
        assertTrue(process.isAlive(), "Prism has ended");
        return URI.create("http://127.0.0.1:" + port + path);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(log);
    }
}
