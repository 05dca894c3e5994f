package dev.zspool.persist;

import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;

/// How a {@link RocksJournal} is set up.
///
/// @param directory of the data; made when it is not there
/// @param nativeBudgetBytes memory outside the heap that it is to stay below, 8 MiB at least
/// @param ballastBytes of a file that is given up when the disk is full, so that blobs can be
///   removed; 0 for none
/// @param nanoClock a time in nanoseconds that never goes back
/// @param threads makes the committer's thread
public record RocksJournalOptions(
        Path directory,
        long nativeBudgetBytes,
        long ballastBytes,
        LongSupplier nanoClock,
        ThreadFactory threads) {
    /// Memory outside the heap when nothing else is set up.
    public static final long DEFAULT_NATIVE_BYTES = 24L << 20;

    /// The size of the ballast file when nothing else is set up.
    public static final long DEFAULT_BALLAST_BYTES = 64L << 20;

    private static final long LEAST_NATIVE_BYTES = 8L << 20;

    /// @throws IllegalArgumentException for sizes that cannot be
    public RocksJournalOptions {
        if (nativeBudgetBytes < LEAST_NATIVE_BYTES || ballastBytes < 0) {
            throw new IllegalArgumentException(
                    "nativeBudgetBytes=" + nativeBudgetBytes + " ballastBytes=" + ballastBytes);
        }
        directory = directory.toAbsolutePath().normalize();
    }
}
