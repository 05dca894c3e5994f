package dev.zspool.upgrade;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// The data of earlier releases, `data-format-N.zip` each.
public final class GoldenArchive {
    private static final Path FOLDER = Path.of("src/test/resources/golden");

    private GoldenArchive() {}

    /// All that there are, oldest first.
    public static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.getFileName().toString().startsWith("data-format-"))
                    .sorted()
                    .toList();
        }
    }

    /// Unpacks one.
    ///
    /// @return its data directory; `expected.json` lies beside it
    public static Path unpack(Path archive, Path into) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = into.resolve(entry.getName());
                Files.createDirectories(file.resolveSibling("."));
                Files.write(file, zip.readAllBytes());
            }
        }
        return into.resolve("data");
    }
}
