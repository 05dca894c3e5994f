package dev.zspool.zsmalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.zspool.testkit.Choices;
import dev.zspool.testkit.Contents;
import dev.zspool.testkit.PoolAssert;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A pool and what a test put into it.
final class PoolFixture {
    final ZsPool pool;

    private final Map<Long, byte[]> contents = new LinkedHashMap<>();
    private long lastId;

    PoolFixture(ZsPool pool) {
        this.pool = pool;
    }

    /// Stores an object that must find room.
    @CanIgnoreReturnValue
    long put(int length) {
        long handle = tryPut(length);
        assertTrue(handle > 0, () -> "allocate of " + length + " bytes: " + handle);
        return handle;
    }

    /// Stores an object if there is room.
    ///
    /// @return what the pool answered
    @CanIgnoreReturnValue
    long tryPut(int length) {
        byte[] content = Contents.of(++lastId, length);
        long handle = pool.allocate(content, 0, length);
        if (handle > 0) {
            assertTrue(contents.put(handle, content) == null, () -> handle + " is in use");
        }
        return handle;
    }

    void putMany(int count, int length) {
        for (int i = 0; i < count; i++) {
            put(length);
        }
    }

    void free(long handle) {
        assertTrue(contents.remove(handle) != null);
        assertEquals(FreeOutcome.FREED, pool.free(handle));
    }

    /// Drops an object that something else has freed.
    void forget(long handle) {
        assertTrue(contents.remove(handle) != null);
    }

    /// Frees about this share of the objects, in random order.
    void freeShare(Choices choices, int percent) {
        List<Long> handles = handles();
        while (!handles.isEmpty()) {
            int index = choices.below(handles.size());
            long handle = handles.get(index);
            handles.set(index, handles.getLast());
            handles.removeLast();
            if (choices.chance(percent)) {
                free(handle);
            }
        }
    }

    void freeAll() {
        handles().forEach(this::free);
    }

    List<Long> handles() {
        return new ArrayList<>(contents.keySet());
    }

    int size() {
        return contents.size();
    }

    byte[] content(long handle) {
        byte[] content = contents.get(handle);
        assertTrue(content != null, () -> "handle " + handle);
        return content;
    }

    /// Every object has its bytes, and the pool nothing else and nothing wrong.
    void verify() {
        contents.forEach((handle, content) -> PoolAssert.assertThat(pool).holds(handle, content));
        PoolAssert.assertThat(pool).isSound().hasLiveObjects(contents.size());
    }

    /// The word of a handle.
    long word(long handle) {
        return pool.parts().handles().loadAcquire(handle);
    }

    /// The zspage that an object lies in.
    int zspage(long handle) {
        return pool.parts().slots().zspageOf(word(handle));
    }

    /// The slot that an object lies in.
    int slot(long handle) {
        long word = word(handle);
        return pool.parts()
                .slots()
                .slotOf(word, pool.parts().byIndex()[ObjectLocation.classIndex(word)].shape);
    }
}
