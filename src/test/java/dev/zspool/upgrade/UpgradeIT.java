package dev.zspool.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zspool.service.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The data directories of earlier releases, which were killed, are served as those served them.
final class UpgradeIT {
    @TempDir Path folder = Path.of("");

    static Stream<Path> archives() throws IOException {
        return GoldenArchive.all().stream();
    }

    @ParameterizedTest
    @MethodSource("archives")
    @DisplayName("every pool, setting, blob, entity tag, type, end")
    void allIsThere(Path archive) throws Exception {
        Path data = GoldenArchive.unpack(archive, folder);
        JsonNode expected = DataPicture.JSON.readTree(folder.resolve("expected.json").toFile());
        for (JsonNode pool : expected) {
            // What is in memory only is gone; the pool is not.
            if (pool.at("/settings/durability").asText().equals("none")) {
                ((ObjectNode) pool).putObject("blobs");
            }
        }
        String[] options =
                Stream.concat(
                                Stream.of(GoldenData.OPTIONS),
                                Stream.of("-Dzspool.data.directory=" + data))
                        .toArray(String[]::new);
        try (ServiceProcess service = ServiceProcess.start(options)) {
            assertEquals(
                    expected,
                    new DataPicture(service.client(), service.api()).take(),
                    archive::toString);
        }
        // And after a stop by this release.
        try (ServiceProcess service = ServiceProcess.start(options)) {
            assertEquals(
                    expected,
                    new DataPicture(service.client(), service.api()).take(),
                    archive::toString);
        }
        assertTrue(Files.readString(data.resolve("FORMAT")).startsWith("zspool data, format "));
    }
}
