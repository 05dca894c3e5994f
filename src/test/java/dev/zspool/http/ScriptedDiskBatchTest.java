package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.http.ScriptedBlobs.Place;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Many blobs in one answer, some of them on the disk only.
@QuarkusTest
class ScriptedDiskBatchTest extends EdgeTest {

    private static final String PATH = ScriptedBatchResource.PATH + "/";
    private static final int LONG = 8 << 20;

    @Inject ScriptedBlobs blobs;

    @BeforeEach
    void resetScript() {
        blobs.reset();
    }

    private void store(String handle, int size, Place place) {
        blobs.store(handle, bytes(size, 1));
        blobs.move(handle, place);
    }

    private static List<Multipart.Part> get(String handles) {
        Response response = given().get(PATH + handles);
        return Multipart.parse(response.contentType(), response.asByteArray());
    }

    @Test
    void eachPartSaysWhatCameOfIt() {
        store("a", 1_000, Place.MEMORY);
        store("b", 1_000, Place.DISK);
        store("c", LONG, Place.DISK);
        store("d", LONG, Place.FAILED_DISK);
        store("e", 1_000, Place.DISK);
        blobs.damage("e");
        List<Multipart.Part> parts = get("b,a,none,c,d,e,a,c,b");
        assertEquals(
                List.of(200, 200, 404, 200, 503, 500, 200, 200, 200),
                parts.stream().map(Multipart.Part::status).toList());
        assertTrue(parts.get(4).text().contains("\"code\":\"DISK_FAILED\""));
        assertTrue(parts.get(5).text().contains("\"code\":\"CORRUPTED\""));
        assertArrayEquals(bytes(1_000, 1), parts.getFirst().body());
        assertArrayEquals(bytes(LONG, 1), parts.get(3).body());
        assertArrayEquals(bytes(LONG, 1), parts.get(7).body());
        assertArrayEquals(bytes(1_000, 1), parts.get(8).body());
    }

    @Test
    void aPartGoesOnWhenItsBlobLeavesMemory() {
        store("a", 1_000_000, Place.MEMORY);
        store("b", LONG, Place.MEMORY);
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 9) {
                        blobs.move(handle, Place.DISK);
                    }
                };
        List<Multipart.Part> parts = get("a,b,a");
        assertArrayEquals(bytes(1_000_000, 1), parts.getFirst().body());
        assertArrayEquals(bytes(LONG, 1), parts.get(1).body());
        assertArrayEquals(bytes(1_000_000, 1), parts.get(2).body());
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotBeHadAnyMoreEndsTheAnswer(ScriptedDiskTest.Ending ending) throws IOException {
        store("a", LONG, Place.DISK);
        store("b", 10, Place.DISK);
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 20) {
                        end(ending);
                    }
                };
        try (RawHttp http = connect()) {
            byte[] all = http.send(head("GET", PATH + "b,a,b")).readBytes(LONG);
            assertTrue(all.length < 21 * (64 << 10) + 5_000, all.length + " bytes");
            assertTrue(http.endsWithin(5_000));
        }
    }

    private void end(ScriptedDiskTest.Ending ending) {
        switch (ending) {
            case REPLACED -> store("a", LONG, Place.DISK);
            case DAMAGED -> blobs.damage("a");
            case UNREADABLE -> blobs.move("a", Place.FAILED_DISK);
            case FAILURE -> throw new IllegalStateException("secret internals");
        }
    }

    @Test
    void aReaderThatLeavesIsForgotten() throws IOException, InterruptedException {
        AtomicInteger blocks = new AtomicInteger();
        blobs.beforeBlock = (handle, block) -> blocks.incrementAndGet();
        store("a", LONG, Place.DISK);
        store("b", 900_000, Place.DISK);
        for (String mix : List.of("a,b", "b,b")) {
            blocks.set(0);
            long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
            try (RawHttp http = connect()) {
                String many = String.join(",", Collections.nCopies(500, mix));
                http.send(head("GET", PATH + many)).readBytes(100_000);
                int reached = ScriptedDownloadTest.settled(blocks);
                assertTrue(reached < 200, "blocks read: " + reached);
                long held = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before;
                assertTrue(held < 24 << 20, held + " bytes held");
                http.abandon();
            }
            assertTrue(ScriptedDownloadTest.settled(blocks) < 400, "it was forgotten");
        }
    }
}
