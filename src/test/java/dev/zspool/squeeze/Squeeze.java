package dev.zspool.squeeze;

import dev.zspool.service.ServiceProcess;
import dev.zspool.stress.ChaosViolation;
import dev.zspool.testkit.MemoryCgroup;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Squeezes the packaged service from outside while clients write at full speed and verify.
///
/// It runs in a control group of 384 MiB, and in each round, while the load goes on: a neighbour in
/// the group grows by 100 MiB at 20 MiB/s, stays, and gives it back; then the service is told to
/// shrink and the limit is lowered to 320 MiB, and raised again.
public final class Squeeze {
    private static final long LIMIT_BYTES = 384 * Container.MIB;
    private static final long LOWERED_BYTES = 320 * Container.MIB;

    /// What is in use before the limit is lowered: less than high below it.
    private static final long TARGET_BYTES = 272 * Container.MIB;

    /// What is given up at least when there is something.
    private static final long GIVEN_BYTES = 16 * Container.MIB;

    /// Long enough to lower the limit.
    private static final long HELD_SECONDS = 10;

    /// Less than a service with blobs that may not leave can come down to.
    private static final long UNREACHABLE_BYTES = 64 * Container.MIB;

    private static final int NEIGHBOUR_MIB = 100;
    private static final int NEIGHBOUR_MIB_PER_SECOND = 20;

    /// By less than this the working set differs from the last look at it.
    private static final long SEEN_BYTES = NEIGHBOUR_MIB / 2 * Container.MIB;

    private static final long LOAD_SECONDS = 120;
    private static final long READS_UNDER_PRESSURE = 200;

    /// After so long a pressure that has ended is forgotten.
    private static final long FORGOTTEN_SECONDS = 30;

    /// After so long a limit that was changed is known.
    private static final long NOTICED_SECONDS = 5;

    private final List<PoolKind> kinds;
    private final boolean isBlind;
    private final long seed;
    private final Consumer<String> log;
    private final Verdict verdict = new Verdict();

    private Squeeze(List<PoolKind> kinds, boolean isBlind, long seed, Consumer<String> log) {
        this.kinds = kinds;
        this.isBlind = isBlind;
        this.seed = seed;
        this.log = line -> log.accept(kinds + " " + line);
    }

    /// Durable pools, synchronous and asynchronous: nothing is refused, and nothing is lost.
    public static Squeeze durable(long seed, Consumer<String> log) {
        return new Squeeze(List.of(PoolKind.SYNC, PoolKind.ASYNC), false, seed, log);
    }

    /// A pool in memory that refuses what it has no room for.
    public static Squeeze reject(long seed, Consumer<String> log) {
        return new Squeeze(List.of(PoolKind.REJECT), false, seed, log);
    }

    /// A pool in memory that forgets.
    public static Squeeze evict(long seed, Consumer<String> log) {
        return new Squeeze(List.of(PoolKind.EVICT), false, seed, log);
    }

    /// Durable pools of a service that does not see its container, and so does nothing about it: it
    /// is killed, and that is found. This is how the others would fail without memory pressure.
    public static Squeeze blind(long seed, Consumer<String> log) {
        return new Squeeze(List.of(PoolKind.SYNC, PoolKind.ASYNC), true, seed, log);
    }

    /// Runs it.
    ///
    /// @param properties more of the service
    /// @throws ChaosViolation when something was wrong
    public void run(int rounds, long bytesPerRound, String... properties)
            throws IOException, InterruptedException {
        try (MemoryCgroup cgroup = MemoryCgroup.make()) {
            Container container = new Container(cgroup, LIMIT_BYTES, verdict, log);
            run(container, rounds, bytesPerRound, properties);
        }
    }

    private void run(Container container, int rounds, long bytesPerRound, String... properties)
            throws IOException, InterruptedException {
        MemoryCgroup cgroup = container.cgroup();
        try (ServiceProcess service =
                ServiceProcess.startIn(
                        isBlind ? cgroup::enteringBlind : cgroup::entering, properties)) {
            squeeze(container, service, rounds, bytesPerRound);
            if (container.isKilled() || !service.isAlive()) {
                verdict.isWrong("the service was killed");
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
            Container container, ServiceProcess service, int rounds, long bytesPerRound)
            throws IOException, InterruptedException {
        List<BlobClient> pools = new ArrayList<>();
        for (PoolKind kind : kinds) {
            BlobClient pool = new BlobClient(service.client(), service.api(), kind, seed, verdict);
            pool.makePool();
            pools.add(pool);
        }
        MemoryApi memory = new MemoryApi(service);
        try (BlobLoad load = new BlobLoad(pools, seed, verdict)) {
            load.start();
            for (int round = 0; round < rounds && verdict.findings().isEmpty(); round++) {
                round(container, memory, load, bytesPerRound, round == rounds - 1);
            }
            container.await(FORGOTTEN_SECONDS, "calm again", () -> isCalm(memory.pressure()));
            load.stop();
            if (verdict.findings().isEmpty()) {
                load.verifyAll();
            }
            container.report("all was read");
        } catch (IOException gone) {
            verdict.isWrong(gone.toString());
        }
    }

    private void round(
            Container container, MemoryApi memory, BlobLoad load, long bytes, boolean isLast)
            throws IOException, InterruptedException {
        Allowance allowance = load.allowance();
        allowance.allow(bytes / 2);
        await(allowance);
        container.follow("filled");
        allowance.allow(bytes / 4);
        try (Neighbour _ =
                Neighbour.grow(container.cgroup(), NEIGHBOUR_MIB, NEIGHBOUR_MIB_PER_SECOND)) {
            container.follow("the neighbour has grown");
            await(allowance);
            long until = verdict.count("GET", 200) + READS_UNDER_PRESSURE;
            container.await(LOAD_SECONDS, "reads go on", () -> verdict.count("GET", 200) >= until);
        }
        container.report("the neighbour has gone");
        if (isLast) {
            // Elsewhere the next pressure comes before this one is forgotten.
            forget(container, memory);
        }
        allowance.allow(bytes / 8);
        if (kinds.contains(PoolKind.REJECT)) {
            shrinkInVain(memory);
        } else {
            // After the wait there is something to give; else there may not be.
            long most = isLast ? container.cgroup().workingSetBytes() - GIVEN_BYTES : TARGET_BYTES;
            lower(container, memory, allowance, Math.min(TARGET_BYTES, most), bytes / 8);
        }
        await(allowance);
    }

    private void await(Allowance allowance) throws InterruptedException {
        if (!allowance.awaitUsed(LOAD_SECONDS)) {
            verdict.isWrong("the load stands still");
        }
    }

    /// The limit is lowered as an operator does it, for as long as some more is stored.
    private void lower(
            Container container,
            MemoryApi memory,
            Allowance allowance,
            long targetBytes,
            long bytes)
            throws IOException, InterruptedException {
        JsonObject shrunk = memory.shrink(targetBytes, HELD_SECONDS);
        container.report("shrunk: " + shrunk);
        if (!"REACHED".equals(shrunk.getString("outcome"))) {
            verdict.isWrong("shrink to " + targetBytes + ": " + shrunk);
            return;
        }
        container.await(
                Container.FOLLOW_SECONDS,
                "the target is kept",
                () -> container.cgroup().workingSetBytes() <= targetBytes);
        container.limit(LOWERED_BYTES);
        container.follow("the limit is lowered");
        notice(container, memory);
        allowance.allow(bytes);
        await(allowance);
        container.follow("filled below the lower limit");
        container.limit(LIMIT_BYTES);
        notice(container, memory);
    }

    private static void notice(Container container, MemoryApi memory)
            throws IOException, InterruptedException {
        container.await(
                NOTICED_SECONDS,
                "the limit is noticed",
                () -> memory.pressure().getLong("limitBytes") == container.limitBytes());
    }

    /// What cannot be given up is not: the limit stays.
    private void shrinkInVain(MemoryApi memory) throws IOException {
        JsonObject shrunk = memory.shrink(UNREACHABLE_BYTES, HELD_SECONDS);
        log.accept("shrunk: " + shrunk);
        if (!"NOTHING_LEFT".equals(shrunk.getString("outcome"))
                || shrunk.getLong("missingBytes") <= 0
                || shrunk.getLong("workingSetBytes") < UNREACHABLE_BYTES) {
            verdict.isWrong("shrink to " + UNREACHABLE_BYTES + ": " + shrunk);
        }
    }

    /// After the pressure nothing is left of it.
    private static void forget(Container container, MemoryApi memory)
            throws IOException, InterruptedException {
        container.await(
                FORGOTTEN_SECONDS,
                "the pressure is forgotten",
                () -> {
                    JsonObject pressure = memory.pressure();
                    // The look before may have been while the neighbour was there.
                    boolean isSeen =
                            pressure.getLong("workingSetBytes")
                                    < container.cgroup().workingSetBytes() + SEEN_BYTES;
                    return isSeen && isCalm(pressure) && isBack(pressure);
                });
        container.report(memory.pressure().toString());
    }

    private static boolean isCalm(JsonObject pressure) {
        return "CALM".equals(pressure.getString("level"));
    }

    /// The budget is as configured, or all that the headroom allows.
    private static boolean isBack(JsonObject pressure) {
        JsonObject budget = pressure.getJsonObject("budget");
        long ceiling =
                budget.getLong("usedBytes")
                        + budget.getLong("warmBytes")
                        + pressure.getLong("headroomBytes")
                        - pressure.getJsonObject("watermarks").getLong("highBytes");
        // What is not worth a change, and what has changed since the look.
        long slack = pressure.getLong("limitBytes") / 32;
        return budget.getLong("frameBudgetBytes")
                >= Math.min(budget.getLong("configuredBytes"), ceiling) - slack;
    }
}
