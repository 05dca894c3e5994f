package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tarball: unpacked elsewhere, in a folder with a space in its name, and started without any
/// other Java.
final class DistributionIT {
    private static final int BY_SIGTERM = 128 + 15;

    @TempDir static Path folder;

    private static Path home = Path.of("none");

    @BeforeAll
    static void unpack() throws Exception {
        home = Distribution.unpack(Files.createDirectories(folder.resolve("un packed")));
    }

    @Test
    void runsInAnEmptyRootAsTheImageDoes() throws Exception {
        EmptyRoot.assumePossible();
        EmptyRoot root = EmptyRoot.around(home, Files.createDirectory(folder.resolve("root")));
        int port = ServiceProcess.freePort();
        int managementPort = ServiceProcess.freePort();
        Map<String, String> environment =
                Map.of(
                        "ZSPOOL_HTTP_HOST",
                        "127.0.0.1",
                        "ZSPOOL_MANAGEMENT_HOST",
                        "127.0.0.1",
                        "ZSPOOL_HTTP_PORT",
                        String.valueOf(port),
                        "ZSPOOL_MANAGEMENT_PORT",
                        String.valueOf(managementPort));
        try (ServiceProcess service =
                ServiceProcess.startBy(
                        root.entering(new Dockerfile(home.resolve("Dockerfile")), environment),
                        port,
                        managementPort)) {
            storesAndFetches(service);
            startedFromTheArchive(service);
            assertEquals(root.librariesGiven(), root.librariesUsed(service.pid()));
            service.signal("TERM");
            assertEquals(BY_SIGTERM, service.awaitEnd(), service.output());
        }
        assertEquals(List.of(), root.writtenOutsideOfVolumes());
    }

    @Test
    void theScriptRunsTheServiceAndItsTools() throws Exception {
        Path script = home.resolve("bin/zspool");
        Path link = Files.createSymbolicLink(folder.resolve("link"), script);
        Path data = folder.resolve("data");
        int port = ServiceProcess.freePort();
        int managementPort = ServiceProcess.freePort();
        try (ServiceProcess service =
                ServiceProcess.startBy(
                        List.of(
                                "env",
                                "-i",
                                "PATH=/usr/bin:/bin",
                                "ZSPOOL_JAVA_OPTS=-Dzspool.http.port=1 -Dzspool.pool.durability=sync",
                                "ZSPOOL_DATA_DIRECTORY=" + data,
                                link.toString(),
                                "run",
                                "-Dzspool.http.port=" + port,
                                "-Dzspool.management.port=" + managementPort),
                        port,
                        managementPort)) {
            storesAndFetches(service);
            startedFromTheArchive(service);
            service.signal("TERM");
            assertEquals(BY_SIGTERM, service.awaitEnd(), service.output());
        }
        String verified = run(link, "verify", data.toString()).expectSuccess();
        assertTrue(verified.contains("1 blobs"), verified);
        assertEquals(
                Files.readString(home.resolve("VERSION")),
                run(link, "version").expectSuccess().lines().skip(1).findFirst().orElse("") + "\n");
        assertTrue(run(link, "help").expectSuccess().contains("restore SNAPSHOT"));
        assertEquals(2, run(link, "nonsense").exitStatus());
    }

    private static Tools.Ending run(Path program, String... arguments) throws Exception {
        return Tools.run(
                folder,
                Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList());
    }

    private static void startedFromTheArchive(ServiceProcess service) throws IOException {
        String maps = Files.readString(Path.of("/proc/" + service.pid() + "/maps"));
        assertTrue(maps.contains("/app/start.aot\n"), service.output());
        assertFalse(service.output().contains("[aot]"), service.output());
        assertFalse(service.output().contains("runs in Java"), service.output());
    }

    private static void storesAndFetches(ServiceProcess service)
            throws IOException, InterruptedException {
        URI blob = service.api().resolve("/v1/pools/default/blobs/blob");
        String content = "content ".repeat(100);
        HttpRequest put =
                HttpRequest.newBuilder(blob)
                        .PUT(HttpRequest.BodyPublishers.ofString(content))
                        .build();
        assertEquals(201, send(service, put).statusCode(), service.output());
        assertEquals(content, send(service, HttpRequest.newBuilder(blob).build()).body());
    }

    private static HttpResponse<String> send(ServiceProcess service, HttpRequest request)
            throws IOException, InterruptedException {
        return service.client().send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everyJarIsInTheBillOfMaterialsAndHasALicence() throws Exception {
        BillOfMaterials bill = BillOfMaterials.read(home.resolve("sbom.cdx.json"));
        String licences = Files.readString(home.resolve("THIRD-PARTY.txt"));
        List<String> jars;
        try (Stream<Path> files = Files.walk(home.resolve("app/lib"))) {
            jars =
                    files.map(file -> String.valueOf(file.getFileName()))
                            .filter(name -> name.endsWith(".jar"))
                            .toList();
        }
        assertTrue(jars.size() > 100, jars::toString);
        for (String jar : jars) {
            String line = bill.licenceLineOf(jar);
            assertTrue(licences.contains(line), line);
            assertFalse(line.endsWith(": "), line);
        }
        assertTrue(bill.names("OpenJDK"));
        assertTrue(licences.contains("OpenJDK "));
        assertFalse(licences.contains("unknown"), licences);
        assertTrue(Files.exists(home.resolve("LICENSE")));
        assertTrue(Files.exists(home.resolve("runtime/legal/java.base/LICENSE")));
    }

    @Test
    void allFilesHaveOneTimeAndBelongToNobodyInParticular() throws Exception {
        try (Stream<Path> files = Files.walk(home)) {
            assertEquals(
                    1,
                    files.map(DistributionIT::modified).distinct().count(),
                    "times of the files of " + home);
        }
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void everyModuleThatTheCodeNamesIsInTheRuntime() throws Exception {
        String release = Files.readString(home.resolve("runtime/release"));
        List<String> modules =
                List.of(release.replaceAll("(?s).*MODULES=\"([^\"]*)\".*", "$1").split(" ", -1));
        assertEquals(List.of(), NamedModules.missing(home.resolve("app"), modules));
    }
}
