package dev.zspool.os;

/// A call to the operating system failed where nothing useful can go on without it.
public final class OsCallFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// The error that the kernel named.
    private final Errno errno;

    /// @param call the C library's function
    /// @param errno what it answered
    public OsCallFailedException(String call, Errno errno) {
        super(call + " failed with " + errno);
        this.errno = errno;
    }

    public Errno errno() {
        return errno;
    }
}
