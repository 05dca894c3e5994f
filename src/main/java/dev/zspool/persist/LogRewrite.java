package dev.zspool.persist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Sees that the disk has the logs as they are read now.
///
/// Behind a sync that failed another one proves nothing: the system has told of the failure once,
/// and takes the pages that it could not write for written. So every byte is written again where it
/// is, which makes the pages dirty anew and needs no room, and then synced. What is interrupted on
/// the way has changed nothing.
final class LogRewrite {
    private static final int CHUNK_BYTES = 1 << 18;

    private LogRewrite() {}

    /// Writes all logs again. Nobody else may have them open.
    static void run(Path journal) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(journal, "*.log")) {
            for (Path log : logs) {
                rewrite(log, chunk);
            }
        }
        DataDirectory.sync(journal);
    }

    private static void rewrite(Path log, ByteBuffer chunk) throws IOException {
        try (FileChannel file =
                FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = 0;
            chunk.clear();
            while (file.read(chunk, at) > 0) {
                chunk.flip();
                while (chunk.hasRemaining()) {
                    at += file.write(chunk, at);
                }
                chunk.clear();
            }
            file.force(true);
        }
    }
}
