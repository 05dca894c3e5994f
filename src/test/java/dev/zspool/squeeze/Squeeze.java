package dev.zspool.squeeze;

import dev.zspool.service.ServiceProcess;
import dev.zspool.stress.ChaosViolation;
import dev.zspool.testkit.MemoryCgroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Squeezes the packaged service from outside while clients write at full speed and verify.
///
/// It runs in a control group of 384 MiB, and in each round, while the load goes on: a neighbour in
/// the group grows by 100 MiB at 20 MiB/s, stays, and gives it back; then the limit is lowered to
/// 320 MiB, and raised again.
public final class Squeeze {
    private static final long MIB = 1L << 20;
    private static final long LIMIT_BYTES = 384 * MIB;
    private static final int NEIGHBOUR_MIB = 100;
    private static final int NEIGHBOUR_MIB_PER_SECOND = 20;

    /// What the service leaves to others begins to be taken back below this share of the limit.
    private static final int LOW_PERMILLE = 50;

    private static final long FOLLOW_SECONDS = 10;
    private static final long LOAD_SECONDS = 120;
    private static final int READS_UNDER_PRESSURE = 200;

    private final List<PoolKind> kinds;
    private final long seed;
    private final Consumer<String> log;
    private final Verdict verdict = new Verdict();

    private Squeeze(List<PoolKind> kinds, long seed, Consumer<String> log) {
        this.kinds = kinds;
        this.seed = seed;
        this.log = log;
    }

    /// Durable pools, synchronous and asynchronous: nothing is refused, and nothing is lost.
    public static Squeeze durable(long seed, Consumer<String> log) {
        return new Squeeze(List.of(PoolKind.SYNC, PoolKind.ASYNC), seed, log);
    }

    /// A pool in memory that refuses what it has no room for.
    public static Squeeze reject(long seed, Consumer<String> log) {
        return new Squeeze(List.of(PoolKind.REJECT), seed, log);
    }

    /// A pool in memory that forgets.
    public static Squeeze evict(long seed, Consumer<String> log) {
        return new Squeeze(List.of(PoolKind.EVICT), seed, log);
    }

    /// Runs it.
    ///
    /// @param properties more of the service
    /// @throws ChaosViolation when something was wrong
    public void run(int rounds, long bytesPerRound, String... properties)
            throws IOException, InterruptedException {
        try (MemoryCgroup cgroup = MemoryCgroup.make()) {
            cgroup.limit(LIMIT_BYTES);
            run(cgroup, rounds, bytesPerRound, properties);
        }
    }

    private void run(MemoryCgroup cgroup, int rounds, long bytesPerRound, String... properties)
            throws IOException, InterruptedException {
        try (ServiceProcess service = ServiceProcess.startIn(cgroup, properties)) {
            squeeze(cgroup, service, rounds, bytesPerRound);
            if (cgroup.oomKills() > 0 || !service.isAlive()) {
                verdict.isWrong("killed: oom_kill is " + cgroup.oomKills());
            }
            if (!verdict.findings().isEmpty()) {
                throw new ChaosViolation(
                        kinds
                                + ", seed "
                                + seed
                                + ", "
                                + verdict
                                + ":\n  "
                                + String.join("\n  ", verdict.findings())
                                + "\nThe service said:\n"
                                + service.output());
            }
        }
    }

    private void squeeze(
            MemoryCgroup cgroup, ServiceProcess service, int rounds, long bytesPerRound)
            throws IOException, InterruptedException {
        List<BlobClient> pools = new ArrayList<>();
        for (PoolKind kind : kinds) {
            BlobClient pool = new BlobClient(service.client(), service.api(), kind, seed, verdict);
            pool.makePool();
            pools.add(pool);
        }
        try (BlobLoad load = new BlobLoad(pools, seed, verdict)) {
            load.start();
            for (int round = 0; round < rounds && verdict.findings().isEmpty(); round++) {
                round(cgroup, load, bytesPerRound);
                report(cgroup, "round " + round);
            }
            load.stop();
            if (verdict.findings().isEmpty()) {
                load.verifyAll();
            }
            report(cgroup, "end");
        }
    }

    private void round(MemoryCgroup cgroup, BlobLoad load, long bytes)
            throws IOException, InterruptedException {
        Allowance allowance = load.allowance();
        allowance.allow(bytes / 2);
        await(allowance);
        report(cgroup, "filled");
        allowance.allow(bytes / 4);
        try (Neighbour _ = Neighbour.grow(cgroup, NEIGHBOUR_MIB, NEIGHBOUR_MIB_PER_SECOND)) {
            follow(cgroup, LIMIT_BYTES, "the neighbour has grown");
            await(allowance);
            awaitReads();
        }
        report(cgroup, "the neighbour is gone");
        allowance.allow(bytes / 4);
        await(allowance);
        follow(cgroup, LIMIT_BYTES, "filled again");
    }

    private void await(Allowance allowance) throws InterruptedException {
        if (!allowance.awaitUsed(LOAD_SECONDS)) {
            verdict.isWrong("the load stands still");
        }
    }

    /// Reading goes on, whatever pressure there is.
    private void awaitReads() throws InterruptedException {
        long until = verdict.count("GET", 200) + READS_UNDER_PRESSURE;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOAD_SECONDS);
        while (verdict.count("GET", 200) < until && verdict.findings().isEmpty()) {
            if (System.nanoTime() - deadline >= 0) {
                verdict.isWrong("reads stand still");
                return;
            }
            Thread.sleep(10);
        }
    }

    /// Waits until the working set leaves to others what it should.
    private void follow(MemoryCgroup cgroup, long limitBytes, String what)
            throws IOException, InterruptedException {
        long most = limitBytes - limitBytes / 1000 * LOW_PERMILLE;
        long start = System.nanoTime();
        long now = cgroup.workingSetBytes();
        while (now > most && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(FOLLOW_SECONDS)) {
            Thread.sleep(20);
            now = cgroup.workingSetBytes();
        }
        report(
                cgroup,
                what
                        + ", followed in "
                        + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
                        + " ms");
        if (now > most) {
            verdict.isWrong(what + ": working set " + now + ", not " + most);
        }
    }

    private void report(MemoryCgroup cgroup, String what) throws IOException {
        log.accept(
                String.format(
                        Locale.ROOT,
                        "%s %s: working set %d MiB, rss %d, active file %d, oom_kill %d; %s",
                        kinds,
                        what,
                        cgroup.workingSetBytes() / MIB,
                        cgroup.figure("memory.stat", "total_rss") / MIB,
                        cgroup.figure("memory.stat", "total_active_file") / MIB,
                        cgroup.oomKills(),
                        verdict));
    }
}
