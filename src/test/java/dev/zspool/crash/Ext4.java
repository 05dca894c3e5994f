package dev.zspool.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An ext4 in a file, mounted through a loop device. Needs root.
public final class Ext4 implements AutoCloseable {
    private final Path directory;
    private final String loop;

    private Ext4(Path directory, String loop) {
        this.directory = directory;
        this.loop = loop;
    }

    /// Why there can be none on this machine, if so.
    public static Optional<String> whyNot() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("a power cut needs root to mount a disk");
        }
        for (String needed : List.of("/dev/fuse", "/dev/loop-control")) {
            if (!Files.exists(Path.of(needed))) {
                return Optional.of("a power cut needs root to mount a disk, and " + needed);
            }
        }
        return Optional.empty();
    }

    /// Makes one.
    static Ext4 format(Path file, Path directory) throws IOException {
        Commands.run(
                "mkfs.ext4", "-q", "-F", "-E", "nodiscard,lazy_itable_init=0", file.toString());
        return mount(file, directory);
    }

    /// Mounts one, which replays its journal.
    public static Ext4 mount(Path file, Path directory) throws IOException {
        Files.createDirectories(directory);
        String loop = Commands.run("losetup", "--find", "--show", file.toString()).strip();
        try {
            Commands.run("mount", "-t", "ext4", loop, directory.toString());
        } catch (IOException failure) {
            Commands.run("losetup", "--detach", loop);
            throw failure;
        }
        return new Ext4(directory, loop);
    }

    public Path directory() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        Commands.run("umount", directory.toString());
        Commands.run("losetup", "--detach", loop);
    }
}
