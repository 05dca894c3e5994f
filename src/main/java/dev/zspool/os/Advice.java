package dev.zspool.os;

/// What a range of memory is expected to be used for: the advice of `madvise(2)` that zspool gives.
///
/// The numbers are those of Linux' `asm-generic/mman-common.h`, the same on x86-64 and arm64.
public enum Advice {
    /// Give the pages back at once; the next touch reads zeros. The only advice that makes the
    /// resident size fall at once (`MADV_FREE` leaves it high, and leaves old bytes readable).
    DONTNEED(4),
    /// Back the range with huge pages where the kernel can.
    HUGEPAGE(14),
    /// Never back the range with huge pages: giving one 4 KiB page back would split one, and free
    /// nothing.
    NOHUGEPAGE(15),
    /// Leave the range out of core dumps: users' blobs do not belong there.
    DONTDUMP(16);

    private final int number;

    Advice(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
