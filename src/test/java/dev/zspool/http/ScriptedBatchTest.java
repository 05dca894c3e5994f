package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.PooledByteBufAllocator;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Many blobs on their way out, when readers are slow or leave, and blobs change while they are
/// read.
@QuarkusTest
class ScriptedBatchTest extends EdgeTest {

    private static final String PATH = ScriptedBatchResource.PATH + "/";
    private static final int LONG = 8 << 20;

    @Inject ScriptedBlobs blobs;

    @BeforeEach
    void resetScript() {
        blobs.reset();
    }

    private static List<Multipart.Part> get(String handles) {
        Response response = given().get(PATH + handles);
        return Multipart.parse(response.contentType(), response.asByteArray());
    }

    @Test
    void eachPartSaysWhatCameOfIt() {
        blobs.store("a", bytes(1_000, 1));
        blobs.store("b", bytes(1_000, 1));
        blobs.store("c", bytes(LONG, 1));
        blobs.damage("b");
        blobs.damage("c");
        blobs.store("d", bytes(1_000, 1));
        blobs.beforeBlock =
                (handle, block) -> {
                    if (handle.equals("d")) {
                        blobs.store("d", bytes(1_000, 2));
                    }
                };
        List<Multipart.Part> parts = get("a,b,c,d,e,a");
        assertEquals(
                List.of(200, 500, 500, 503, 404, 200),
                parts.stream().map(Multipart.Part::status).toList());
        assertTrue(parts.get(1).text().contains("\"code\":\"CORRUPTED\""));
        assertTrue(parts.get(2).text().contains("\"code\":\"CORRUPTED\""));
        assertTrue(parts.get(3).text().contains("\"code\":\"BLOB_CHANGING\""));
        assertFalse(parts.get(1).headers().containsKey("etag"));
        assertArrayEquals(bytes(1_000, 1), parts.get(5).body());
    }

    @Test
    void aPartIsOfOneVersionEvenIfReplacedMeanwhile() {
        AtomicInteger replaced = new AtomicInteger();
        blobs.store("a", bytes(1_000_000, 1));
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 9 && replaced.getAndIncrement() < 3) {
                        blobs.store("a", bytes(900_000, 2));
                    }
                };
        List<Multipart.Part> parts = get("a,a");
        assertArrayEquals(bytes(900_000, 2), parts.getFirst().body());
        assertArrayEquals(bytes(900_000, 2), parts.get(1).body());
    }

    @Test
    void replacedInMidBodyResetsTheConnection() throws IOException {
        blobs.store("a", bytes(LONG, 1));
        blobs.store("b", bytes(10, 1));
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 20) {
                        blobs.store("a", bytes(LONG, 2));
                    }
                };
        assertCutOff();
    }

    @Test
    void aFailureInMidBodyResetsTheConnection() throws IOException {
        blobs.store("a", bytes(LONG, 1));
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 20) {
                        throw new IllegalStateException("secret internals");
                    }
                };
        assertCutOff();
    }

    private void assertCutOff() throws IOException {
        try (RawHttp http = connect()) {
            byte[] all = http.send(head("GET", PATH + "b,a,b")).readBytes(LONG);
            assertTrue(all.length < 21 * (64 << 10) + 5_000, all.length + " bytes");
            assertTrue(http.endsWithin(5_000));
        }
    }

    @Test
    void aSlowReaderHoldsAFewBlocksOnly() throws IOException, InterruptedException {
        AtomicInteger blocks = new AtomicInteger();
        blobs.beforeBlock = (handle, block) -> blocks.incrementAndGet();
        blobs.store("a", bytes(LONG, 1));
        blobs.store("b", bytes(60_000, 1));
        for (String mix : List.of("a,b", "b,b")) {
            blocks.set(0);
            long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
            try (RawHttp http = connect()) {
                String many = String.join(",", Collections.nCopies(500, mix));
                http.send(head("GET", PATH + many)).readBytes(100_000);
                // What was read ahead lies in the buffers of the system.
                int reached = settled(blocks);
                assertTrue(reached < 200, "blocks read: " + reached);
                long held = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before;
                assertTrue(held < 16 << 20, held + " bytes held");
                http.abandon();
            }
            assertTrue(settled(blocks) < 400, "it was forgotten");
        }
    }

    /// The count once it no longer grows.
    private static int settled(AtomicInteger count) throws InterruptedException {
        int before;
        do {
            before = count.get();
            Thread.sleep(200);
        } while (count.get() != before);
        return before;
    }
}
