package dev.zspool.os;

/// The error numbers that the memory calls of Linux can answer, as named values.
///
/// `NONE` stands for success, so that a call without another result can answer just an `Errno`. The
/// numbers are those of `asm-generic/errno-base.h` and `errno.h`, the same on x86-64 and arm64.
public enum Errno {
    NONE(0),
    EPERM(1),
    ENOENT(2),
    EINTR(4),
    EIO(5),
    EBADF(9),
    EAGAIN(11),
    ENOMEM(12),
    EACCES(13),
    EFAULT(14),
    EBUSY(16),
    EINVAL(22),
    ENOSYS(38),
    EHWPOISON(133),
    /// Any number that has no name here.
    OTHER(-1);

    private static final Errno[] VALUES = values();

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /// The kernel's number, -1 for `OTHER`.
    public int number() {
        return number;
    }

    /// The value for a number that the C library left in `errno`; `OTHER` when it has no name here.
    public static Errno of(int number) {
        for (Errno errno : VALUES) {
            if (errno.number == number) {
                return errno;
            }
        }
        return OTHER;
    }
}
