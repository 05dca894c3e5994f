package dev.zspool.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the kernel keeps of files is dropped, as `mincore(2)` says.
@DisplayName("FilePages")
class FilePagesTest {
    private static final int FILE_BYTES = 1 << 20;

    /// Below the project: a folder for temporary files may be memory only.
    private static Path folder() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "pages");
    }

    private static void write(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(FILE_BYTES));
            channel.force(true);
        }
        Files.readAllBytes(file);
    }

    private static long residentPages(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file);
                Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, FILE_BYTES, arena);
            return NativeMemory.residentPages(mapped);
        }
    }

    @Test
    @DisplayName("of all files of a directory, with what is in them")
    void dropped() throws IOException {
        Path folder = folder();
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        write(first);
        write(second);
        Files.createDirectory(folder.resolve("below"));
        assertTrue(residentPages(first) > 0 && residentPages(second) > 0);
        assertEquals(0, FilePages.drop(folder, "*", () -> false));
        assertEquals(1, FilePages.drop(folder, "{first,none}", () -> true));
        assertEquals(0, residentPages(first));
        assertTrue(residentPages(second) > 0);
        assertTrue(FilePages.drop(folder, "*", () -> true) >= 2);
        assertEquals(0, residentPages(second));
        assertEquals(FILE_BYTES, Files.readAllBytes(first).length);
        assertTrue(residentPages(first) > 0);
    }

    @Test
    @DisplayName("a directory that is gone is no failure")
    void gone(@TempDir Path folder) {
        assertEquals(0, FilePages.drop(folder.resolve("none"), "*", () -> true));
    }
}
