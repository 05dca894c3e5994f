package dev.zspool.service;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A client that was generated from the contract, in a language that is not ours, can use the
/// service: types, names, binary bodies and problems are as the contract says.
final class TypeScriptClientIT {

    private static final Path FOLDER = Path.of("target/typescript");
    private static final String TEST = "blobs.ts";

    @Test
    void storesAndReads() throws IOException, InterruptedException {
        Tools.assumeInstalled("node");
        Files.copy(
                Path.of("src/test/typescript", TEST),
                FOLDER.resolve(TEST),
                StandardCopyOption.REPLACE_EXISTING);
        Tools.run(
                        FOLDER,
                        List.of(
                                "node",
                                "compiler/tsc.js",
                                "--strict",
                                "--target",
                                "es2020",
                                "--lib",
                                "es2020,dom",
                                "--module",
                                "commonjs",
                                "--outDir",
                                "out",
                                TEST))
                .expectSuccess();
        try (ServiceProcess service = ServiceProcess.start()) {
            String url = service.api().toString();
            String said = Tools.run(FOLDER, List.of("node", "out/blobs.js", url)).expectSuccess();
            assertTrue(said.contains("stored and read"), said);
        }
    }
}
