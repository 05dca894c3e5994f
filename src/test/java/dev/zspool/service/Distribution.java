package dev.zspool.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The tarball, made once for all tests.
final class Distribution {
    private static @Nullable Path folder;

    private Distribution() {}

    /// The folder with the tarball and what lies beside it.
    static synchronized Path folder() throws IOException, InterruptedException {
        Path known = folder;
        if (known == null) {
            known = Files.createDirectories(Path.of("target", "distribution").toAbsolutePath());
            Tools.run(
                            known,
                            List.of(
                                    "env",
                                    "ZSPOOL_GZIP=-1",
                                    "JAVA_HOME=" + System.getProperty("java.home"),
                                    Path.of("dist", "assemble").toAbsolutePath().toString(),
                                    known.toString()))
                    .expectSuccess();
            // Nobody shall look at the place where it was made.
            Tools.run(known, List.of("rm", "-rf", unpackedIn(known).toString())).expectSuccess();
            folder = known;
        }
        return known;
    }

    /// Unpacks it.
    ///
    /// @return the folder that is in it
    static Path unpack(Path parent) throws IOException, InterruptedException {
        try (Stream<Path> files = Files.list(folder())) {
            Path tarball =
                    files.filter(file -> file.toString().endsWith(".tar.gz"))
                            .findFirst()
                            .orElseThrow();
            Tools.run(parent, List.of("tar", "-xzf", tarball.toString())).expectSuccess();
        }
        return unpackedIn(parent);
    }

    private static Path unpackedIn(Path parent) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }
}
