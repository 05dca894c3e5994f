package dev.zspool.crash;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What the service must have: the pools that last, and those that come and go.
final class CrashModel {
    static final long LIMIT_BYTES = 64L << 20;

    private static final long SMALL_LIMIT_BYTES = 3L << 20;
    private static final int HANDLES = 48;

    private final List<ModelPool> lasting =
            List.of(
                    new ModelPool("crash-sync", HANDLES),
                    new ModelPool("crash-async", HANDLES),
                    new ModelPool("crash-small", HANDLES),
                    new ModelPool("crash-none", HANDLES / 4));
    private final List<ModelPool> passing =
            List.of(new ModelPool("crash-passing-0", 6), new ModelPool("crash-passing-1", 6));

    /// Makes the lasting pools in a new service.
    void create(CrashClient client) throws IOException {
        create(client, lasting.get(0), new PoolState(1, 0, "sync", LIMIT_BYTES));
        create(client, lasting.get(1), new PoolState(1, 0, "async", LIMIT_BYTES));
        // Most of its blobs are on the disk only.
        create(client, lasting.get(2), new PoolState(1, 0, "sync", SMALL_LIMIT_BYTES));
        create(client, lasting.get(3), new PoolState(1, 0, "none", LIMIT_BYTES));
    }

    private static void create(CrashClient client, ModelPool pool, PoolState state)
            throws IOException {
        CrashLoad.require(
                client.json("PUT", "/v1/pools/" + pool.name(), state.json()),
                201,
                "pool " + pool.name());
        pool.history().settle(state, null);
    }

    List<ModelPool> lasting() {
        return lasting;
    }

    List<ModelPool> passing() {
        return passing;
    }

    List<ModelPool> all() {
        List<ModelPool> all = new ArrayList<>(lasting);
        all.addAll(passing);
        return all;
    }
}
