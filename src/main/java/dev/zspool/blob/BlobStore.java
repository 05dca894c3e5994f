package dev.zspool.blob;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The pools of a service by name. Thread-safe.
public final class BlobStore implements AutoCloseable {
    private final Map<String, BlobPool> pools = new ConcurrentHashMap<>();

    /// Adds a pool under its name.
    ///
    /// @throws IllegalArgumentException when there is one of that name
    public void add(BlobPool pool) {
        if (pools.putIfAbsent(pool.name(), pool) != null) {
            throw new IllegalArgumentException("pool " + pool.name() + " exists");
        }
    }

    public Optional<BlobPool> pool(String name) {
        return Optional.ofNullable(pools.get(name));
    }

    /// The pools in the order of their names.
    public List<BlobPool> pools() {
        return pools.values().stream().sorted((a, b) -> a.name().compareTo(b.name())).toList();
    }

    /// Closes all pools. Nobody may use them any more.
    @Override
    public void close() {
        pools.values().forEach(BlobPool::close);
        pools.clear();
    }
}
