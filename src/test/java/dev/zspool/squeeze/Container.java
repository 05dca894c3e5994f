package dev.zspool.squeeze;

import dev.zspool.testkit.MemoryCgroup;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The control group that the service runs in, and how its use follows its limit.
final class Container {
    static final long MIB = 1L << 20;

    /// Below this share of the limit, what the service leaves to others is taken back.
    private static final int LOW_PERMILLE = 50;

    /// Within so long its use follows what is wanted.
    static final long FOLLOW_SECONDS = 10;

    private static final long LOOK_MILLIS = 20;

    private final MemoryCgroup cgroup;
    private final Verdict verdict;
    private final Consumer<String> log;
    private long limitBytes;

    Container(MemoryCgroup cgroup, long limitBytes, Verdict verdict, Consumer<String> log)
            throws IOException {
        this.cgroup = cgroup;
        this.verdict = verdict;
        this.log = log;
        limit(limitBytes);
    }

    MemoryCgroup cgroup() {
        return cgroup;
    }

    long limitBytes() {
        return limitBytes;
    }

    /// Lowers or raises it; the kernel refuses what it cannot make free.
    void limit(long bytes) throws IOException {
        cgroup.limit(bytes);
        limitBytes = bytes;
    }

    boolean isKilled() throws IOException {
        return cgroup.oomKills() > 0;
    }

    /// A condition that is to come about.
    interface Condition {
        boolean holds() throws IOException;
    }

    /// Waits until the working set leaves to others what it should.
    void follow(String what) throws IOException, InterruptedException {
        long most = limitBytes - limitBytes / 1000 * LOW_PERMILLE;
        await(FOLLOW_SECONDS, what, () -> cgroup.workingSetBytes() <= most);
    }

    /// Waits until something comes about, and says how long it took.
    void await(long seconds, String what, Condition condition)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        boolean holds = condition.holds();
        while (!holds
                && verdict.findings().isEmpty()
                && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
            Thread.sleep(LOOK_MILLIS);
            holds = condition.holds();
        }
        report(what + " after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
        // With a finding it was not waited for.
        if (!holds && verdict.findings().isEmpty()) {
            verdict.isWrong("not within " + seconds + " s: " + what);
        }
    }

    void report(String what) throws IOException {
        log.accept(
                String.format(
                        Locale.ROOT,
                        "%s: %d MiB of %d, rss %d, active file %d; %s",
                        what,
                        cgroup.workingSetBytes() / MIB,
                        limitBytes / MIB,
                        cgroup.figure("memory.stat", "total_rss") / MIB,
                        cgroup.figure("memory.stat", "total_active_file") / MIB,
                        verdict));
    }
}
