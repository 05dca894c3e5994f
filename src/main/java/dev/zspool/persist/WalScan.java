package dev.zspool.persist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// Reads RocksDB's logs before RocksDB does, to tell a torn tail from damage in the middle.
///
/// RocksDB's recovery stops at the first damaged record, and drops what is behind it without a
/// word. Behind a power cut that is right: what was not synced may be there in parts. Behind a
/// damaged disk it would lose acknowledged writes. Every batch says up to which group the disk had
/// everything ({@link WalMark}): if a whole one behind the damage says so of a group that would be
/// dropped, the start is refused. So it is for a record that is whole but for its length: a torn
/// one lacks bytes.
///
/// A log is blocks of 32 KiB; a record does not cross them, a batch is one or several records:
///
/// ```
/// record | CRC-32C of type and data, masked 4 | length 2 | type 1 | data |   little-endian
/// batch  | sequence 8 | count 4 | 0x03 | length 1 | mark | the writes |
/// ```
final class WalScan {
    private static final int BLOCK_BYTES = 1 << 15;
    private static final int HEADER_BYTES = 7;
    private static final int BATCH_MARK_AT = 12;
    private static final byte LOG_DATA = 3;
    private static final int MASK = 0xA282EAD8;
    private static final int FULL = 1;
    private static final int FIRST = 2;
    private static final int MIDDLE = 3;
    private static final int LAST = 4;

    private long lastSoundGroup;
    private long firstGroupBehind;
    private long syncedGroup;
    private Optional<String> damage = Optional.empty();

    /// Whether the damaged record is whole but for its length, which no torn write leaves behind.
    private boolean isLengthDamaged;

    // Within a log.
    private Optional<WalMark> begun = Optional.empty();
    private boolean isInBatch;

    private WalScan() {}

    /// What the logs of a directory look like.
    ///
    /// @param damage where the first damaged record is, if there is one
    /// @param isInTheMiddle whether groups that the disk had are behind it
    record Result(Optional<String> damage, boolean isInTheMiddle) {}

    static Result of(Path journal) throws IOException {
        WalScan scan = new WalScan();
        if (Files.isDirectory(journal)) {
            try (Stream<Path> files = Files.list(journal)) {
                List<Path> logs =
                        files.filter(file -> file.toString().endsWith(".log"))
                                .sorted(Comparator.comparingLong(WalScan::number))
                                .toList();
                for (Path log : logs) {
                    scan.read(log);
                }
            }
        }
        return new Result(scan.damage, scan.isInTheMiddle());
    }

    private static long number(Path log) {
        String name = log.getFileName().toString();
        try {
            return Long.parseLong(name.substring(0, name.length() - ".log".length()));
        } catch (NumberFormatException foreign) {
            return Long.MAX_VALUE;
        }
    }

    private boolean isInTheMiddle() {
        if (damage.isEmpty() || isLengthDamaged || firstGroupBehind == 0) {
            return damage.isPresent() && isLengthDamaged;
        }
        long firstDropped = lastSoundGroup > 0 ? lastSoundGroup + 1 : firstGroupBehind - 1;
        return syncedGroup >= firstDropped;
    }

    private void read(Path log) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(log)).order(ByteOrder.LITTLE_ENDIAN);
        isInBatch = false;
        int at = 0;
        while (at < bytes.limit()) {
            int blockEnd = Math.min(at - at % BLOCK_BYTES + BLOCK_BYTES, bytes.limit());
            int next = at + HEADER_BYTES > blockEnd ? -1 : record(bytes, at, blockEnd);
            if (next < 0) {
                boolean isTrailer = blockEnd - at < HEADER_BYTES && blockEnd % BLOCK_BYTES == 0;
                if (!isTrailer) {
                    isLengthDamaged |= damage.isEmpty() && hasWrongLength(bytes, at);
                    damaged(log, at);
                }
                at = isTrailer ? blockEnd : behindDamage(bytes, at, blockEnd);
            } else {
                at = next;
            }
        }
        if (isInBatch) {
            damaged(log, bytes.limit());
        }
    }

    private void damaged(Path log, int at) {
        isInBatch = false;
        if (damage.isEmpty()) {
            damage = Optional.of(log.getFileName() + " at byte " + at);
        }
    }

    /// Where the next record is if the length of a damaged one is right; else the next block.
    private static int behindDamage(ByteBuffer bytes, int at, int blockEnd) {
        int end = at + HEADER_BYTES;
        if (end <= blockEnd) {
            end += Short.toUnsignedInt(bytes.getShort(at + 4));
        }
        return Math.min(end, blockEnd);
    }

    /// Reads a record.
    ///
    /// @return where the next one begins, -1 when this one is damaged
    private int record(ByteBuffer bytes, int at, int blockEnd) {
        int length = Short.toUnsignedInt(bytes.getShort(at + 4));
        int type = bytes.get(at + 6);
        int end = at + HEADER_BYTES + length;
        if (end > blockEnd || bytes.getInt(at) != checksum(bytes, at + 6, length + 1)) {
            return -1;
        }
        boolean isBegin = type == FULL || type == FIRST;
        boolean isFragment = type == MIDDLE || type == LAST;
        if (isBegin) {
            begun = mark(bytes, at + HEADER_BYTES, length);
        } else if (isFragment && !isInBatch) {
            // The end of a batch whose beginning is damaged, and noted.
            return end;
        }
        isInBatch = type == FIRST || type == MIDDLE;
        if (type == FULL || type == LAST) {
            begun.ifPresent(this::whole);
        }
        return end;
    }

    private void whole(WalMark mark) {
        syncedGroup = Math.max(syncedGroup, mark.syncedGroup());
        boolean isNext = firstGroupBehind == 0 && mark.group() == lastSoundGroup + 1;
        if (damage.isPresent() && isNext && lastSoundGroup > 0) {
            // A later start has dropped the torn tail of the log before, and gone on behind it.
            damage = Optional.empty();
            isLengthDamaged = false;
        }
        if (damage.isEmpty()) {
            lastSoundGroup = mark.group();
        } else if (firstGroupBehind == 0) {
            firstGroupBehind = mark.group();
        }
    }

    private static Optional<WalMark> mark(ByteBuffer bytes, int at, int length) {
        if (length < BATCH_MARK_AT + 2 || bytes.get(at + BATCH_MARK_AT) != LOG_DATA) {
            return Optional.empty();
        }
        int from = BATCH_MARK_AT + 2;
        return WalMark.read(bytes.slice(at + from, length - from).order(ByteOrder.BIG_ENDIAN));
    }

    /// The end of the block that a place is in.
    static int blockEnd(int at) {
        return at - at % BLOCK_BYTES + BLOCK_BYTES;
    }

    /// Whether a block has no room for a record from a place on.
    static boolean isTrailer(int at) {
        return blockEnd(at) - at < HEADER_BYTES;
    }

    /// Where the record ends that begins at a place, of any file that is written as logs are; -1
    /// when there is none, or it is damaged.
    static int endOfWhole(ByteBuffer bytes, int at) {
        int most = Math.min(blockEnd(at), bytes.limit());
        if (at + HEADER_BYTES > most) {
            return -1;
        }
        int length = Short.toUnsignedInt(bytes.getShort(at + 4));
        int type = bytes.get(at + 6);
        int end = at + HEADER_BYTES + length;
        boolean isWhole =
                type >= FULL
                        && type <= LAST
                        && end <= most
                        && bytes.getInt(at) == checksum(bytes, at + 6, length + 1);
        return isWhole ? end : -1;
    }

    /// Where the first record begins that is not whole, of any file that is written as logs are.
    ///
    /// @return the end when there is none
    static int firstDamaged(ByteBuffer bytes) {
        int at = 0;
        while (at < bytes.limit()) {
            int end = endOfWhole(bytes, at);
            if (end > 0) {
                at = end;
            } else if (isTrailer(at)) {
                at = Math.min(blockEnd(at), bytes.limit());
            } else {
                return at;
            }
        }
        return bytes.limit();
    }

    /// Whether a damaged record is whole, and only its length is wrong.
    static boolean hasWrongLength(ByteBuffer bytes, int at) {
        int most = Math.min(blockEnd(at), bytes.limit());
        if (at + HEADER_BYTES > most) {
            return false;
        }
        int stored = bytes.getInt(at);
        CRC32C crc = new CRC32C();
        for (int i = at + HEADER_BYTES - 1; i < most; i++) {
            crc.update(bytes.get(i));
            if (masked(crc) == stored) {
                return true;
            }
        }
        return false;
    }

    private static int checksum(ByteBuffer bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(from, length));
        return masked(crc);
    }

    private static int masked(CRC32C crc) {
        int value = (int) crc.getValue();
        return (value >>> 15 | value << 17) + MASK;
    }
}
