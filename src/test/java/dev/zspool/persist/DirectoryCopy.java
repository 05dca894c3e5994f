package dev.zspool.persist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;

/// Copies directories and spoils files in them.
final class DirectoryCopy {
    private DirectoryCopy() {}

    /// As a killed process leaves it: taken while the journal is open and nothing is under way.
    static Path of(Path root, Path target) throws IOException {
        for (Path from : files(root)) {
            Path to = target.resolve(root.relativize(from).toString());
            Files.createDirectories(to.getParent());
            Files.copy(from, to);
        }
        return target;
    }

    static List<Path> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// Every file with its length, time and content.
    static Map<String, String> picture(Path root) throws IOException {
        Map<String, String> picture = new TreeMap<>();
        for (Path file : files(root)) {
            picture.put(
                    root.relativize(file).toString(),
                    Files.getLastModifiedTime(file)
                            + " "
                            + java.util.Arrays.hashCode(Files.readAllBytes(file)));
        }
        return picture;
    }

    /// Flips a bit in every file of a kind where these bytes are.
    static void flip(Path root, String suffix, byte[] where) throws IOException {
        int flipped = 0;
        for (Path file : files(root)) {
            byte[] bytes = Files.readAllBytes(file);
            int at = file.toString().endsWith(suffix) ? indexOf(bytes, where) : -1;
            if (at >= 0) {
                bytes[at + where.length / 2] ^= 1;
                Files.write(file, bytes);
                flipped++;
            }
        }
        Assertions.assertTrue(flipped > 0, "nothing to flip in " + suffix);
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int at = 0; at <= bytes.length - part.length; at++) {
            int same = 0;
            while (same < part.length && bytes[at + same] == part[same]) {
                same++;
            }
            if (same == part.length) {
                return at;
            }
        }
        return -1;
    }
}
