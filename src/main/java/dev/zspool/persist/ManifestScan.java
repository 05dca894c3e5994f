package dev.zspool.persist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Reads RocksDB's manifest before RocksDB does.
///
/// A record whose damaged length reaches beyond the end of the file is a torn tail to RocksDB, and
/// what is behind it never was: the tables of which the records there tell are not known then, and
/// deleted. But each record is on the disk before the next one is written: a whole one behind a
/// damaged one is no torn tail. Nor is a last one that is whole but for its length.
final class ManifestScan {
    private static final int MOST_BYTES = 64 << 20;

    private ManifestScan() {}

    /// Where a record is damaged that is no torn tail, if there is one.
    static Optional<String> damage(Path journal) throws IOException {
        Optional<Path> found = manifest(journal);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Path manifest = found.get();
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(manifest)).order(ByteOrder.LITTLE_ENDIAN);
        int damagedAt = WalScan.firstDamaged(bytes);
        if (WalScan.hasWrongLength(bytes, damagedAt)) {
            return Optional.of(manifest.getFileName() + " at byte " + damagedAt);
        }
        for (int at = damagedAt + 1; at < bytes.limit(); at++) {
            if (WalScan.endOfWhole(bytes, at) > 0) {
                return Optional.of(manifest.getFileName() + " at byte " + damagedAt);
            }
        }
        return Optional.empty();
    }

    /// The file that is in use, if it is known and not too large to be looked at.
    static Optional<Path> manifest(Path journal) throws IOException {
        Path current = journal.resolve("CURRENT");
        if (!Files.exists(current)) {
            return Optional.empty();
        }
        Path manifest =
                journal.resolve(
                        new String(Files.readAllBytes(current), StandardCharsets.ISO_8859_1)
                                .strip()
                                .replaceAll("[^A-Za-z0-9-]", "_"));
        // Of a damaged CURRENT RocksDB says so itself.
        return Files.isRegularFile(manifest) && Files.size(manifest) <= MOST_BYTES
                ? Optional.of(manifest)
                : Optional.empty();
    }
}
