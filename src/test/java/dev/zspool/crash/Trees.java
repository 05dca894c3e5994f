package dev.zspool.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Directories with all that is in them.
final class Trees {
    private Trees() {}

    /// Copies one to where nothing is.
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            all.forEach(path -> {
                try {
                    Files.copy(path, to.resolve(from.relativize(path).toString()));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
    }

    /// Deletes one, if it is there.
    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walked = Files.walk(root)) {
            all = walked.toList();
        }
        for (Path path : all.reversed()) {
            Files.delete(path);
        }
    }
}
