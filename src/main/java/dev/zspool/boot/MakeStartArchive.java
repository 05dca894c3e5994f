package dev.zspool.boot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Makes the archive that lets the service start quickly: `ARCHIVE RUN_JAR JVM_OPTION...`.
///
/// The service is started once on a data directory of its own, gets a few requests of each kind and
/// is stopped; the classes that it used are written to the archive as the JVM has them in memory.
/// Ends with 1 when that does not work: then there is no archive, and nothing is lost but time.
final class MakeStartArchive {
    private static final int LONGEST_SECONDS = 120;
    private static final int ROUNDS = 3;

    /// How the service says where it listens.
    private static final Pattern LISTENING =
            Pattern.compile(
                    "Listening on: (http://\\S+?)\\.? .*interface listening on (http://\\S+?)\\.?\\s");

    private final Path archive;
    private final Path runJar;
    private final List<String> jvmOptions;
    private final Path work;
    private final Path log;

    private MakeStartArchive(Path archive, Path runJar, List<String> jvmOptions, Path work) {
        this.archive = archive;
        this.runJar = runJar;
        this.jvmOptions = jvmOptions;
        this.work = work;
        this.log = work.resolve("log");
    }

    /// The entry point.
    ///
    /// @param arguments the file to make, the service's jar, and the options that its JVM will have
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path archive = Path.of(arguments[0]).toAbsolutePath();
        Path folder = archive.resolveSibling(".");
        Path work = Files.createTempDirectory(folder.normalize(), "start-archive-");
        MakeStartArchive making =
                new MakeStartArchive(
                        archive,
                        Path.of(arguments[1]),
                        List.of(arguments).subList(2, arguments.length),
                        work);
        boolean isMade = false;
        try {
            making.make();
            isMade = true;
        } catch (IOException failed) {
            System.err.println(failed.getMessage());
            if (Files.exists(making.log)) {
                System.err.println(Files.readString(making.log));
            }
        } finally {
            deleteAll(work);
        }
        if (!isMade) {
            System.exit(1);
        }
    }

    private void make() throws IOException, InterruptedException {
        Path seen = work.resolve("seen");
        Path made = work.resolve("made");
        record(seen);
        Process create =
                start(
                        List.of(
                                "-XX:AOTMode=create",
                                "-XX:AOTConfiguration=" + seen,
                                "-XX:AOTCache=" + made));
        end(create, "writing the archive");
        if (!Files.exists(made)) {
            throw new IOException("the JVM wrote no archive");
        }
        Files.move(
                made, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Lets the service run and has the JVM write down what it used.
    private void record(Path seen) throws IOException, InterruptedException {
        Process service =
                start(
                        List.of(
                                "-XX:AOTMode=record",
                                "-XX:AOTConfiguration=" + seen,
                                "-Dzspool.http.host=127.0.0.1",
                                "-Dzspool.http.port=0",
                                "-Dzspool.management.host=127.0.0.1",
                                "-Dzspool.management.port=0",
                                "-Dzspool.journal.ballast=0",
                                "-Dzspool.data.directory=" + work.resolve("data")));
        try {
            Matcher listening = awaitListening(service);
            rehearse(URI.create(listening.group(1)), URI.create(listening.group(2)));
        } finally {
            service.destroy();
            end(service, "the rehearsal");
        }
    }

    private Process start(List<String> options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        // It also bounds what is written, and an archive has more in it than the service keeps.
        command.add("-XX:MaxMetaspaceSize=256m");
        command.addAll(options);
        command.add("-jar");
        command.add(runJar.toString());
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        // Whoever ends this tool means all of it.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-child"));
        return process;
    }

    private Matcher awaitListening(Process service) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        while (service.isAlive() && System.nanoTime() < deadline) {
            Matcher listening = LISTENING.matcher(Files.readString(log));
            if (listening.find()) {
                return listening;
            }
            Thread.sleep(50);
        }
        throw new IOException("the service did not start");
    }

    private static void end(Process process, String what) throws IOException, InterruptedException {
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(what + " did not end");
        }
    }

    /// What a service does in its first minutes.
    private static void rehearse(URI api, URI management) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int round = 0; round < ROUNDS; round++) {
                URI blob = api.resolve("/v1/pools/default/blobs/rehearsal-" + round);
                byte[] content =
                        "to be compressed\n".repeat(200).getBytes(StandardCharsets.US_ASCII);
                HttpRequest.Builder put = HttpRequest.newBuilder(blob);
                send(client, put.PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
                for (String path :
                        List.of(
                                blob.getPath(),
                                "/v1/pools",
                                "/v1/pools/default",
                                "/v1/pools/default/blobs",
                                "/v1/pools/default/blobs/none",
                                "/v1/memory")) {
                    send(client, HttpRequest.newBuilder(api.resolve(path)).GET());
                }
                for (String path : List.of("/q/health/live", "/q/health/ready", "/q/metrics")) {
                    send(client, HttpRequest.newBuilder(management.resolve(path)).GET());
                }
                send(client, HttpRequest.newBuilder(blob).DELETE());
            }
        }
    }

    private static void send(HttpClient client, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        // What it answers is the business of the tests.
        var _ = client.send(request.build(), HttpResponse.BodyHandlers.discarding());
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
