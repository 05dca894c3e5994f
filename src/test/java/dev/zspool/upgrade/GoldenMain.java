package dev.zspool.upgrade;

import dev.zspool.service.ServiceProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Makes golden data: `SCRIPT FILE`, the `zspool` of a checkout of the release whose data it shall
/// be, and the archive to write. How it is called is in `docs/testing.md`.
///
/// The archive has the data directory under `data/` and, in `expected.json`, what that release said
/// was in it. The service that wrote it was stopped once and killed once.
public final class GoldenMain {
    private GoldenMain() {}

    /// Makes it.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String script = Path.of(arguments[0]).toAbsolutePath().toString();
        Path directory = Files.createTempDirectory("zspool-golden-").resolve("data");
        String[] options =
                Stream.concat(
                                Stream.of(GoldenData.OPTIONS),
                                Stream.of("-Dzspool.data.directory=" + directory))
                        .toArray(String[]::new);
        try (ServiceProcess service = ServiceProcess.startFrom(script, options)) {
            new GoldenData(service).begin();
        }
        try (ServiceProcess service = ServiceProcess.startFrom(script, options)) {
            new GoldenData(service).goOn();
            byte[] expected =
                    DataPicture.JSON
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsBytes(
                                    new DataPicture(service.client(), service.api()).take());
            service.kill();
            write(Path.of(arguments[1]), directory, expected);
        }
    }

    private static void write(Path file, Path directory, byte[] expected) throws IOException {
        try (OutputStream stream = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(stream);
                Stream<Path> walked = Files.walk(directory)) {
            zip.setLevel(Deflater.BEST_COMPRESSION);
            put(zip, "expected.json", expected);
            List<Path> files = walked.filter(Files::isRegularFile).sorted().toList();
            for (Path path : files) {
                // RocksDB's notes on itself; long, and read by nobody.
                if (!path.getFileName().toString().startsWith("LOG")) {
                    put(zip, "data/" + directory.relativize(path), Files.readAllBytes(path));
                }
            }
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        zip.putNextEntry(entry);
        zip.write(content);
    }
}
