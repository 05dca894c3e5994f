package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The README's session works as it stands there, and the example script with it, and the one about
/// memory pressure.
final class ReadmeIT {
    @Test
    void theSessionWorksWhenItIsPasted() throws Exception {
        assertSays(
                "README.md",
                "## A session",
                "201 Created",
                "orig_data_size",
                "obj_allocated",
                "204 No Content",
                "\"handle\"");
    }

    @Test
    void theSessionAboutMemoryPressureWorks() throws Exception {
        assertSays(
                "docs/operations/memory-pressure.md",
                "## Looking",
                "\"level\":\"",
                "\"evictionBytes\":0",
                "\"outcome\":",
                "\"bytes\":4194304",
                "204 No Content");
    }

    @Test
    void theExampleStoresAndComparesAFolder() throws Exception {
        Path folder = Files.createTempDirectory("zspool example ");
        Files.write(folder.resolve("empty"), new byte[0]);
        Files.writeString(folder.resolve("a \"name\" with [odd] {parts} and \\ ü"), "content");
        Files.write(folder.resolve("large"), new byte[3_000_000]);
        for (int i = 0; i < 250; i++) {
            Files.writeString(folder.resolve("file-" + i), "line\n".repeat(i * 7));
        }
        try (ServiceProcess service = ServiceProcess.start()) {
            String said = run(service, "examples/load.sh '" + folder + "' http://localhost:8080");
            assertTrue(said.contains("files          253, all identical"), said);
            assertTrue(said.contains("stored bytes"), said);
            assertTrue(said.contains("pool bytes a logical byte"), said);
        } finally {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    /// The session below a heading runs to its end against a new service, and says all of that.
    private static void assertSays(String page, String heading, String... expected)
            throws IOException, InterruptedException {
        String session = block(Files.readString(Path.of(page)), heading);
        try (ServiceProcess service = ServiceProcess.start()) {
            String said = run(service, "set -eu -o pipefail\n" + session);
            for (String part : expected) {
                assertTrue(said.contains(part), said);
            }
        }
    }

    private static String block(String readme, String heading) {
        int begin = readme.indexOf("```sh\n", readme.indexOf(heading)) + "```sh\n".length();
        return readme.substring(begin, readme.indexOf("```", begin));
    }

    private static String run(ServiceProcess service, String script)
            throws IOException, InterruptedException {
        String onItsPorts =
                script.replace("http://localhost:8080", service.api().toString())
                        .replace("http://localhost:9000", service.management().toString());
        Process shell =
                new ProcessBuilder("bash", "-c", onItsPorts).redirectErrorStream(true).start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, shell.waitFor(), said);
        return said;
    }
}
