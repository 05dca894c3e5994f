package dev.zspool.persist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rocksdb.RocksDBException;

/// Keeps RocksDB from files that it would read for ever.
///
/// A record whose type says that its log is used again has a longer header. Where such a type is
/// the damage of the last record of a log, or of the manifest, RocksDB 10.10 takes it for one that
/// is still being written, and tries again without an end. None of ours is used again, and no torn
/// write leaves such a type behind.
final class EndlessRecord {
    private static final int TYPE_AT = 6;

    private EndlessRecord() {}

    /// @throws RocksDBException when there is one
    static void refuse(Path journal) throws RocksDBException {
        Optional<String> found = Optional.empty();
        try {
            found = find(journal);
        } catch (IOException unreadable) {
            throw new RocksDBException("the files cannot be read: " + unreadable);
        }
        if (found.isPresent()) {
            throw new RocksDBException("the type of a record is damaged: " + found.get());
        }
    }

    private static Optional<String> find(Path journal) throws IOException {
        List<Path> files = new ArrayList<>();
        ManifestScan.manifest(journal).ifPresent(files::add);
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(journal, "*.log")) {
            logs.forEach(files::add);
        }
        for (Path file : files) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int damagedAt = WalScan.firstDamaged(bytes);
            if (damagedAt + TYPE_AT < bytes.limit()
                    && isOfUsedLog(bytes.get(damagedAt + TYPE_AT))) {
                return Optional.of(file.getFileName() + " at byte " + damagedAt);
            }
        }
        return Optional.empty();
    }

    private static boolean isOfUsedLog(byte type) {
        return switch (Byte.toUnsignedInt(type)) {
            case 5, 6, 7, 8, 11, 131 -> true;
            default -> false;
        };
    }
}
