package dev.zspool.persist;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The data directory: what lies in it, its format, and that one process has it.
///
/// ```
/// FORMAT               `zspool data, format 1`
/// LOCK                 locked by the process that uses it
/// BALLAST              see {@link DiskRoom}
/// journal/             RocksDB's files
/// residents/           lists of what was in memory, one of each pool
/// snapshots/NAME/      copies
/// ```
final class DataDirectory implements AutoCloseable {
    /// Of what this version writes; it reads this one and all before it.
    static final int FORMAT = 1;

    private static final int NONE = 0;
    private static final String FORMAT_LINE = "zspool data, format ";
    private static final int MOST_FORMAT_BYTES = 4096;

    private final Path root;
    private final @Nullable FileChannel lockFile;

    private DataDirectory(Path root, @Nullable FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /// Takes the directory for this process; makes it when there is none.
    ///
    /// @throws JournalException when it is of a newer format or in use, and then nothing in it was
    ///   touched; or when it cannot be used
    static DataDirectory take(Path root) {
        return take(root, FORMAT);
    }

    /// As {@link #take(Path)}, by a version whose own format is this one. A directory of an older
    /// format is stamped with it before anything is written: whoever cannot read what is written
    /// from now on refuses it then.
    static DataDirectory take(Path root, int ownFormat) {
        try {
            // Before anything else: a newer version may lock in another way.
            int format = formatOf(root, ownFormat);
            makeDirectories(root);
            Path lock = root.resolve("LOCK");
            FileChannel channel = lock(root, lock);
            DataDirectory taken = new DataDirectory(root, channel);
            try {
                if (format < ownFormat) {
                    write(root.resolve("FORMAT"), FORMAT_LINE + ownFormat + "\n");
                }
                makeDirectories(taken.journal());
                makeDirectories(taken.residents());
                makeDirectories(taken.snapshots());
                return taken;
            } catch (IOException failed) {
                taken.close();
                throw failed;
            }
        } catch (IOException failed) {
            throw new JournalException(
                    JournalException.Reason.FAILED,
                    "The data directory "
                            + root
                            + " cannot be used: "
                            + failed
                            + ". Nothing is served without it; check that the disk is there and"
                            + " that this user may write to it.",
                    failed);
        }
    }

    /// Takes a data directory that is there, or a snapshot, to look at it.
    ///
    /// @throws JournalException as for {@link #take}, or when there is none
    static DataDirectory takeExisting(Path root) throws IOException {
        if (!checkFormat(root)) {
            throw new JournalException(
                    JournalException.Reason.FAILED,
                    root + " is no data directory: it has no file FORMAT.");
        }
        Path lock = root.resolve("LOCK");
        return new DataDirectory(root, Files.exists(lock) ? lock(root, lock) : null);
    }

    static String formatText() {
        return FORMAT_LINE + FORMAT + "\n";
    }

    /// Where a directory's parts lie, without taking it.
    static DataDirectory at(Path root) {
        return new DataDirectory(root, null);
    }

    private static FileChannel lock(Path root, Path lock) throws IOException {
        FileChannel channel =
                FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException here) {
            held = null;
        }
        if (held == null) {
            channel.close();
            throw new JournalException(
                    JournalException.Reason.IN_USE,
                    "The data directory "
                            + root
                            + " is in use by another process, which would"
                            + " damage it if both wrote: stop that process, or set"
                            + " zspool.data.directory to another directory.");
        }
        return channel;
    }

    /// Looks at the format without touching anything.
    ///
    /// @return whether the directory has one
    /// @throws JournalException when it is newer than this version, or is no format
    static boolean checkFormat(Path root) throws IOException {
        return formatOf(root, FORMAT) != NONE;
    }

    private static int formatOf(Path root, int ownFormat) throws IOException {
        Path file = root.resolve("FORMAT");
        if (!Files.exists(file)) {
            if (Files.exists(root.resolve("journal"))) {
                throw new JournalException(
                        JournalException.Reason.FAILED,
                        "The data directory "
                                + root
                                + " has data but no file FORMAT, so that it"
                                + " is not known how to read it: put the file back, or restore a"
                                + " snapshot.");
            }
            return NONE;
        }
        String line = firstLine(file);
        int format;
        try {
            format =
                    Integer.parseInt(line.substring(Math.min(FORMAT_LINE.length(), line.length())));
        } catch (NumberFormatException damaged) {
            format = 0;
        }
        if (!line.startsWith(FORMAT_LINE) || format < 1) {
            throw new JournalException(
                    JournalException.Reason.FAILED,
                    "The file "
                            + file
                            + " is damaged, so that it is not known how to read the"
                            + " data: its one line must be `"
                            + FORMAT_LINE
                            + ownFormat
                            + "`.");
        }
        if (format > ownFormat) {
            throw new JournalException(
                    JournalException.Reason.NEWER_FORMAT,
                    "The data directory "
                            + root
                            + " has format "
                            + format
                            + " and this version"
                            + " reads formats up to "
                            + ownFormat
                            + ": start the newer version that"
                            + " wrote it, or restore a snapshot that this version wrote into"
                            + " another directory. Nothing was touched.");
        }
        return format;
    }

    private static String firstLine(Path file) throws IOException {
        if (Files.size(file) > MOST_FORMAT_BYTES) {
            return "";
        }
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
    }

    Path root() {
        return root;
    }

    Path journal() {
        return root.resolve("journal");
    }

    Path ballast() {
        return root.resolve("BALLAST");
    }

    Path residents() {
        return root.resolve("residents");
    }

    Path snapshots() {
        return root.resolve("snapshots");
    }

    /// Writes a file, which is there as a whole or not at all.
    static void write(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(draft, text, StandardCharsets.US_ASCII);
        sync(draft);
        moveDurably(draft, file);
    }

    static void moveDurably(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException other) {
            throw new IOException("cannot move within " + to.getParent(), other);
        }
        Path parent = to.getParent();
        if (parent != null) {
            sync(parent);
        }
    }

    /// Makes a directory and its parents, durably.
    static void makeDirectories(Path directory) throws IOException {
        List<Path> missing = new ArrayList<>();
        Path next = directory;
        while (next != null && !Files.isDirectory(next)) {
            missing.add(next);
            next = next.getParent();
        }
        for (Path made : missing.reversed()) {
            Files.createDirectory(made);
            Path parent = made.getParent();
            if (parent != null) {
                sync(parent);
            }
        }
    }

    /// Waits until the disk has a file or the names in a directory.
    static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void close() {
        try {
            if (lockFile != null) {
                lockFile.close();
            }
        } catch (IOException failed) {
            System.getLogger(DataDirectory.class.getName())
                    .log(System.Logger.Level.WARNING, "The lock cannot be released.", failed);
        }
    }
}
