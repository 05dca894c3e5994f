package dev.zspool.os;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongUnaryOperator;

/// Reads what the operating system says about memory: cgroup v2 or v1, pressure, the machine, and
/// this process, in some microseconds and without making an object.
///
/// Interfaces: `Documentation/admin-guide/cgroup-v2.rst`, `admin-guide/cgroup-v1/memory.rst`,
/// `accounting/psi.rst`, `filesystems/proc.rst`. Every number is read anew with each sample, so a
/// limit that was changed (a container resized in place) is there in the next one. A file that
/// vanishes or is half there leaves its last good number, and is counted ({@link
/// MemorySample#staleReads}); it is never an exception. A process that is moved to another cgroup
/// is followed; only then are objects made.
///
/// For one thread at a time. Close it when no thread samples any more.
public final class MemoryReader implements AutoCloseable {
    private static final long KIB = 1024;
    private static final int AVAILABLE = 0;
    private static final int TOTAL = 1;
    private static final int RESIDENT_COLUMN = 1;

    private final FileCalls calls = new FileCalls();
    private final Path root;
    private final LongUnaryOperator reserveOfLimit;
    private final long pageBytes = NativeMemory.pageSizeBytes();
    private final KernelFile membership;
    private final KernelFigures host;
    private final KernelFigures process;
    private CgroupFiles cgroups;
    private long membershipFingerprint;
    private long staleReads;
    private long moves;
    private boolean isClosed;

    private MemoryReader(Path root, LongUnaryOperator reserveOfLimit) {
        this.root = root;
        this.reserveOfLimit = reserveOfLimit;
        membership = new KernelFile(calls, root.resolve("proc/self/cgroup"));
        host =
                KernelFigures.keyed(
                        new KernelFile(calls, root.resolve("proc/meminfo")),
                        "MemAvailable",
                        "MemTotal");
        process =
                KernelFigures.column(
                        new KernelFile(calls, root.resolve("proc/self/statm")), RESIDENT_COLUMN);
        membershipFingerprint = readMembership();
        cgroups = new CgroupFiles(calls, root, CgroupView.find(root), reserveOfLimit);
    }

    /// Finds the files and opens them. There may be none of them: then the samples say so.
    ///
    /// @param root `/`; in a test a directory that contains `proc/self/cgroup`,
    ///   `proc/self/mountinfo`, `proc/self/statm`, `proc/meminfo`, `proc/pressure/memory` and
    ///   `sys/fs/cgroup/…`, as far as the test wants them. As the kernel's, these end in a newline:
    ///   a number that nothing follows is taken for half a number.
    public static MemoryReader open(Path root) {
        return open(root, limitBytes -> 0);
    }

    /// As {@link #open(Path)}.
    ///
    /// @param reserveOfLimit how much headroom a level of the hierarchy should have under a limit,
    ///   in bytes: the level that is nearest to that, or of those below it the one with the
    ///   smallest share of it, is the one that binds
    public static MemoryReader open(Path root, LongUnaryOperator reserveOfLimit) {
        return new MemoryReader(root, reserveOfLimit);
    }

    /// Reads everything anew.
    ///
    /// @param into filled with it; any sample will do, also one that another reader has filled
    public void sample(MemorySample into) {
        if (isClosed) {
            throw new IllegalStateException("This reader is closed");
        }
        followMove();
        staleReads += host.refresh(calls) + process.refresh(calls);
        into.residentBytes = process.valueOr(0, 0) * pageBytes;
        into.availableBytes = host.valueOr(AVAILABLE, 0) * KIB;
        into.totalBytes = host.valueOr(TOTAL, 0) * KIB;
        into.markReadable(MemorySource.HOST, host.isReadable());
        into.markReadable(MemorySource.PROCESS, process.isReadable());
        staleReads += cgroups.sample(into, into.residentBytes);
        into.staleReads = staleReads;
        into.moves = moves;
    }

    private void followMove() {
        long fingerprint = readMembership();
        if (fingerprint != membershipFingerprint && fingerprint >= 0) {
            membershipFingerprint = fingerprint;
            CgroupView view = CgroupView.find(root);
            if (view.levels().isEmpty() && !cgroups.view().levels().isEmpty()) {
                staleReads++;
                return;
            }
            CgroupFiles left = cgroups;
            cgroups = new CgroupFiles(calls, root, view, reserveOfLimit);
            moves++;
            left.close();
        }
    }

    private long readMembership() {
        int length = membership.read();
        return length <= 0
                ? KernelText.ABSENT
                : KernelText.fingerprint(calls.text(), length) & Long.MAX_VALUE;
    }

    /// Which cgroups are read, in words for a log line.
    public String describe() {
        CgroupView view = cgroups.view();
        if (view.levels().isEmpty()) {
            return "no memory cgroup is visible";
        }
        return String.format(
                Locale.ROOT,
                "memory cgroup %s of version %d, the lowest of %d visible",
                view.levels().getFirst(),
                view.isUnified() ? 2 : 1,
                view.levels().size());
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            cgroups.close();
            host.close();
            process.close();
            membership.close();
            calls.close();
        }
    }
}
