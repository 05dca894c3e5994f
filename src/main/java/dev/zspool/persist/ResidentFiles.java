package dev.zspool.persist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// The lists of resident blobs, a file a pool: beside the database, which would keep the old lists
/// until it compacts. Numbers are big-endian:
///
/// ```
/// | magic 4 | count 4 | tag 4 ... | CRC-32C of what precedes it 4 |
/// ```
final class ResidentFiles {
    private static final int MAGIC = 0x7A73_7265;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int FRAME_BYTES = 12;

    private final Path directory;

    ResidentFiles(Path directory) {
        this.directory = directory;
    }

    private Path file(int poolId) {
        return directory.resolve(Integer.toString(poolId));
    }

    void save(int poolId, int[] tags) throws IOException {
        Path draft = directory.resolve(poolId + ".new");
        try (FileChannel channel =
                FileChannel.open(
                        draft,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            CRC32C crc = new CRC32C();
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            buffer.putInt(MAGIC).putInt(tags.length);
            for (int tag : tags) {
                if (buffer.remaining() < Integer.BYTES) {
                    write(channel, buffer, crc);
                }
                buffer.putInt(tag);
            }
            write(channel, buffer, crc);
            buffer.putInt((int) crc.getValue());
            write(channel, buffer, crc);
            channel.force(true);
        } catch (IOException failed) {
            Files.deleteIfExists(draft);
            throw failed;
        }
        DataDirectory.moveDurably(draft, file(poolId));
    }

    private static void write(FileChannel channel, ByteBuffer buffer, CRC32C crc)
            throws IOException {
        buffer.flip();
        crc.update(buffer.duplicate());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /// The list of a pool; empty when there is none, or it is damaged.
    int[] read(int poolId) {
        try {
            byte[] bytes = Files.readAllBytes(file(poolId));
            int end = bytes.length - Integer.BYTES;
            ByteBuffer list = ByteBuffer.wrap(bytes);
            if (bytes.length < FRAME_BYTES || list.getInt(end) != checksum(bytes, end)) {
                return new int[0];
            }
            if (list.getInt() != MAGIC || list.getInt() != (bytes.length - FRAME_BYTES) / 4) {
                return new int[0];
            }
            int[] tags = new int[(bytes.length - FRAME_BYTES) / Integer.BYTES];
            list.asIntBuffer().get(tags);
            return tags;
        } catch (IOException none) {
            return new int[0];
        }
    }

    private static int checksum(byte[] bytes, int end) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, end);
        return (int) crc.getValue();
    }

    void remove(int poolId) throws IOException {
        Files.deleteIfExists(file(poolId));
    }
}
