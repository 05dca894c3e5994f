package dev.zspool.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Real files as records.
final class FileRecords {
    private FileRecords() {}

    /// Cuts the files below a folder, in the order of their names, into records whose sizes spread
    /// evenly on a logarithmic scale.
    static List<byte[]> cut(Path folder, long bytes, int smallest, int largest) throws IOException {
        List<byte[]> records = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        long left = bytes;
        List<Path> files;
        try (var walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile).filter(Files::isReadable).sorted().toList();
        }
        for (Path file : files) {
            byte[] content = Files.readAllBytes(file);
            for (int at = 0; at < content.length && left > 0; ) {
                double scale = Math.pow((double) largest / smallest, random.nextDouble());
                int length = Math.min(content.length - at, (int) (smallest * scale));
                records.add(Arrays.copyOfRange(content, at, at + length));
                at += length;
                left -= length;
            }
        }
        return records;
    }
}
