package dev.zspool.persist;

/// The journal cannot do what it was asked for. The message says what happened, what it means and
/// what to do, for an operator.
public final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Why, as far as the caller can do something about it.
    public enum Reason {
        /// There is no room on the disk.
        DISK_FULL,
        /// The disk cannot be read or written, or what is read is damaged.
        FAILED,
        /// The data directory is in use by another process.
        IN_USE,
        /// The data directory was written by a newer version.
        NEWER_FORMAT,
        /// There is a snapshot of that name already.
        SNAPSHOT_EXISTS
    }

    private final Reason reason;

    public JournalException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public JournalException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
