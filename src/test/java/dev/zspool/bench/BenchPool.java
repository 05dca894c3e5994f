package dev.zspool.bench;

import dev.zspool.page.ArenaOptions;
import dev.zspool.page.MappedPages;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.PoolOptions;
import dev.zspool.zsmalloc.ZsPool;
import java.util.Arrays;
import java.util.SplittableRandom;

/// A pool on memory of the system, filled with objects of one size.
final class BenchPool implements AutoCloseable {
    final PageArena arena;
    final ZsPool pool;

    private final int objectBytes;
    private final SplittableRandom random;
    private long[] handles = new long[1024];
    private int count;

    /// @param arenaBytes the address range, and the limit
    BenchPool(long arenaBytes, int objectBytes, long seed) {
        this.arena = new PageArena(new MappedPages(), ArenaOptions.ofSize(arenaBytes));
        this.pool = new ZsPool(arena, PoolOptions.defaults());
        this.objectBytes = objectBytes;
        this.random = new SplittableRandom(seed);
    }

    /// Stores objects until they have so many bytes together.
    void fill(long bytes) {
        byte[] content = new byte[objectBytes];
        random.nextBytes(content);
        while ((long) count * objectBytes < bytes) {
            long handle = pool.allocate(content, 0, objectBytes);
            if (handle <= 0) {
                throw new IllegalStateException("allocate: " + handle);
            }
            if (count == handles.length) {
                handles = Arrays.copyOf(handles, 2 * count);
            }
            handles[count++] = handle;
        }
    }

    /// Frees about this share of the objects, at random.
    void free(int percent) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (random.nextInt(100) < percent) {
                pool.free(handles[i]);
            } else {
                handles[kept++] = handles[i];
            }
        }
        count = kept;
    }

    long handle(int index) {
        return handles[index];
    }

    int count() {
        return count;
    }

    @Override
    public void close() {
        pool.close();
        arena.close();
    }
}
