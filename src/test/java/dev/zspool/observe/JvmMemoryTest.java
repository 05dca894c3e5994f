package dev.zspool.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class JvmMemoryTest {
    private static final int BUFFER_BYTES = 3 << 20;

    @Test
    @DisplayName("the bounds are those that this JVM was started with")
    void most() {
        JvmMemory most = JvmMemory.most();
        assertEquals(
                Runtime.getRuntime().maxMemory(),
                most.directBytes(),
                "as much as the heap when not set");
        assertTrue(most.heapBytes() >= Runtime.getRuntime().maxMemory(), most.toString());
        assertTrue(most.codeBytes() >= 1 << 20, most.toString());
    }

    @Test
    @DisplayName("what is in use is below the bounds, and buffers are counted")
    void now() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        JvmMemory now = JvmMemory.now();
        JvmMemory most = JvmMemory.most();
        assertTrue(now.directBytes() >= buffer.capacity(), now.toString());
        assertTrue(now.heapBytes() > 0 && now.heapBytes() <= most.heapBytes(), now.toString());
        assertTrue(now.metaspaceBytes() > 0, now.toString());
        assertTrue(now.metaspaceBytes() <= most.metaspaceBytes(), now.toString());
        assertTrue(now.codeBytes() > 0 && now.codeBytes() <= most.codeBytes(), now.toString());
        assertTrue(now.stackBytes() >= 1 << 20, now.toString());
    }
}
