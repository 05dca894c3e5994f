package dev.zspool.os;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/// What the kernel keeps in memory of files, so that they need not be read twice.
///
/// It takes that back by itself before anybody is killed, but what was used twice (`active_file`)
/// counts as used until then, for the kubelet too.
public final class FilePages {
    /// The same on x86-64 and arm64.
    private static final long POSIX_FADV_DONTNEED = 4;

    private static final MethodHandle ADVISE = Libc.ofLongs("posix_fadvise");

    private FilePages() {}

    /// Has the kernel drop what it keeps of files right in a directory (`posix_fadvise(2)` with
    /// `POSIX_FADV_DONTNEED`). Pages that are mapped, being read or not yet on the disk stay.
    ///
    /// Files are opened and closed for that, which would end locks of this process on them
    /// (`fcntl(2)`): leave those out.
    ///
    /// @param pattern of the names of the files, as {@link java.nio.file.FileSystem#getPathMatcher}
    ///   has it for `glob`
    /// @param goesOn asked before each file whether there is time for it
    /// @return how many files it was told of; files that are gone, or cannot be opened, are left
    ///   out
    public static int drop(Path directory, String pattern, BooleanSupplier goesOn) {
        int files = 0;
        try (FileCalls calls = new FileCalls();
                DirectoryStream<Path> all = Files.newDirectoryStream(directory, pattern)) {
            for (Path file : all) {
                if (!goesOn.getAsBoolean()) {
                    return files;
                }
                int fd = calls.open(calls.nativePath(file));
                if (fd != FileCalls.FAILED) {
                    files += isDropped(fd) ? 1 : 0;
                    calls.close(fd);
                }
            }
        } catch (IOException | DirectoryIteratorException gone) {
            // What was dropped until then was.
            return files;
        }
        return files;
    }

    private static boolean isDropped(int fd) {
        try {
            return 0 == (int) (long) ADVISE.invokeExact((long) fd, 0L, 0L, POSIX_FADV_DONTNEED);
        } catch (Throwable unexpected) {
            throw new LinkageError("posix_fadvise", unexpected);
        }
    }
}
