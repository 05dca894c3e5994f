package dev.zspool.os;

/// The error numbers that the calls of this package can answer, as named values.
///
/// `NONE` stands for success, so that a call without another result can answer just an `Errno`. The
/// numbers are those of `asm-generic/errno-base.h` and `errno.h`, the same on x86-64 and arm64.
public enum Errno {
    NONE(0),
    EPERM(1),
    ENOENT(2),
    EINTR(4),
    EIO(5),
    ENXIO(6),
    EBADF(9),
    EAGAIN(11),
    ENOMEM(12),
    EACCES(13),
    EFAULT(14),
    EBUSY(16),
    ENODEV(19),
    ENOTDIR(20),
    EISDIR(21),
    EINVAL(22),
    EMFILE(24),
    EROFS(30),
    ENOSYS(38),
    ELOOP(40),
    EOPNOTSUPP(95),
    ECONNREFUSED(111),
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
