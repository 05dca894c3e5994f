package dev.zspool.crash;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the service must have: the pools that last, and those that come and go.
final class CrashModel {
    static final long LIMIT_BYTES = 64L << 20;

    private static final long SMALL_LIMIT_BYTES = 3L << 20;
    private static final int HANDLES = 48;

    private final Map<ModelPool, PoolState> lasting = new LinkedHashMap<>();
    private final List<ModelPool> passing = new ArrayList<>();

    private CrashModel() {}

    /// Pools of every durability, one too small for what is in it, and some that come and go.
    static CrashModel everything() {
        CrashModel model = new CrashModel();
        model.add("crash-sync", HANDLES, "sync", LIMIT_BYTES);
        model.add("crash-async", HANDLES, "async", LIMIT_BYTES);
        // Most of its blobs are on the disk only.
        model.add("crash-small", HANDLES, "sync", SMALL_LIMIT_BYTES);
        model.add("crash-none", HANDLES / 4, "none", LIMIT_BYTES);
        model.passing.add(new ModelPool("crash-passing-0", 6));
        model.passing.add(new ModelPool("crash-passing-1", 6));
        return model;
    }

    /// Nothing that is synced but what nobody waits for.
    static CrashModel onlyAsync() {
        CrashModel model = new CrashModel();
        model.add("crash-async", HANDLES, "async", LIMIT_BYTES);
        return model;
    }

    private void add(String name, int handles, String durability, long limitBytes) {
        lasting.put(new ModelPool(name, handles), new PoolState(1, 0, durability, limitBytes));
    }

    /// Makes the lasting pools in a new service.
    void create(CrashClient client) throws IOException {
        for (Map.Entry<ModelPool, PoolState> entry : lasting.entrySet()) {
            ModelPool pool = entry.getKey();
            CrashLoad.require(
                    client.json("PUT", "/v1/pools/" + pool.name(), entry.getValue().json()),
                    201,
                    "pool " + pool.name());
            pool.history().settle(entry.getValue(), null);
        }
    }

    List<ModelPool> lasting() {
        return List.copyOf(lasting.keySet());
    }

    List<ModelPool> passing() {
        return passing;
    }

    List<ModelPool> all() {
        List<ModelPool> all = new ArrayList<>(lasting.keySet());
        all.addAll(passing);
        return all;
    }
}
