package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies on their way out: sizes, slow readers, and blobs that change while they are read.
@QuarkusTest
class BlobDownloadTest extends EdgeTest {

    private static final int LONG = 8 << 20;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32_768, 65_535, 65_536, 65_537, 1 << 20, (1 << 20) + 1, 64 << 20})
    void everySizeComesBack(int size) throws IOException {
        byte[] content = bytes(size, size);
        store("a", content);
        try (RawHttp http = connect()) {
            RawHttp.Answer head = http.send(head("GET", PATH)).answerToHead();
            assertEquals(200, head.status());
            assertTrue(head.hasHeader("content-length: " + size), head.head());
            assertFalse(head.head().toLowerCase(Locale.ROOT).contains("transfer-encoding"));
            assertArrayEquals(content, http.readBytes(size));
            assertEquals(404, http.send(head("GET", BLOBS + "/none")).answer().status());
        }
    }

    @Test
    void manyDownloadsLeaveNoMemoryBehind() throws IOException {
        store("a", bytes(LONG, 1));
        store("b", bytes(500_000, 1));
        long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        try (RawHttp http = connect()) {
            for (int turn = 0; turn < 20; turn++) {
                assertEquals(LONG, http.send(head("GET", PATH)).answer().body().length());
                http.send(head("GET", BLOBS + "/b")).answer();
            }
        }
        long after = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        assertTrue(after - before < 4 << 20, (after - before) + " bytes more");
    }
}
