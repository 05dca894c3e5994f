package dev.zspool.page;

import dev.zspool.os.Errno;

/// No address range could be had. It happens at start or when a pool is made, never while blobs are
/// stored.
public final class OutOfAddressSpaceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param sizeBytes what was asked for
    /// @param errno what the kernel answered
    public OutOfAddressSpaceException(long sizeBytes, Errno errno) {
        super(
                "The system refused an address range of "
                        + sizeBytes
                        + " bytes ("
                        + errno
                        + "). Set a smaller zspool.arena.size, or allow overcommit (vm.overcommit_memory=0).");
    }
}
