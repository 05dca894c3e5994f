package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.http.ScriptedBlobs.Place;
import io.netty.buffer.PooledByteBufAllocator;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies of blobs that are on the disk only, or leave memory while they are sent. That no event
/// loop waits for the disk is said by the scripted blobs, which fail then.
@QuarkusTest
class ScriptedDiskTest extends EdgeTest {

    private static final String PATH = ScriptedResource.PATH + "/a";
    private static final int LONG = 8 << 20;
    private static final int BLOCK_BYTES = 64 << 10;

    @Inject ScriptedBlobs blobs;

    private final CountDownLatch held = new CountDownLatch(1);

    @BeforeEach
    void resetScript() {
        blobs.reset();
    }

    @AfterEach
    void letGo() {
        held.countDown();
    }

    private void storeOnDisk(byte[] content) {
        blobs.store("a", content);
        blobs.move("a", Place.DISK);
    }

    private void awaitLetGo() {
        try {
            held.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private RawHttp.Answer get(String... headers) throws IOException {
        try (RawHttp http = connect()) {
            return http.send(head("GET", PATH, headers)).answer();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 65_537, 1 << 20, (1 << 20) + 1, LONG})
    void everySizeComesFromTheDisk(int size) throws IOException {
        byte[] content = bytes(size, size);
        storeOnDisk(content);
        try (RawHttp http = connect()) {
            for (int turn = 0; turn < 2; turn++) {
                RawHttp.Answer answer = http.send(head("GET", PATH)).answer();
                assertEquals(200, answer.status());
                assertTrue(answer.hasHeader("content-length: " + size), answer.head());
                assertArrayEquals(content, answer.bytes());
            }
            RawHttp.Answer head = http.send(head("HEAD", PATH)).answerToHead();
            assertEquals(200, head.status());
            assertTrue(head.hasHeader("content-length: " + size), head.head());
            assertEquals(
                    404, http.send(head("GET", ScriptedResource.PATH + "/none")).answer().status());
        }
    }

    @Test
    void rangesAndConditionsHoldForWhatIsOnTheDisk() throws IOException {
        byte[] content = bytes(LONG, 3);
        String tag = EntityTag.of(blobs.store("a", content).info());
        blobs.move("a", Place.DISK);
        List<Integer> read = new ArrayList<>();
        blobs.beforeBlock = (handle, block) -> read.add(block);
        RawHttp.Answer range = get("Range: bytes=5000000-5000009");
        assertEquals(206, range.status());
        assertArrayEquals(Arrays.copyOfRange(content, 5_000_000, 5_000_010), range.bytes());
        assertEquals(List.of(76), read);
        RawHttp.Answer longer = get("Range: bytes=1000000-", "If-Range: " + tag);
        assertEquals(206, longer.status());
        assertArrayEquals(Arrays.copyOfRange(content, 1_000_000, LONG), longer.bytes());
        read.clear();
        assertProblem(get("Range: bytes=" + LONG + "-"), 416, "RANGE_NOT_SATISFIABLE");
        assertEquals(304, get("If-None-Match: " + tag).status());
        assertProblem(get("If-Match: \"x\""), 412, "PRECONDITION_FAILED");
        assertEquals(List.of(), read);
        try (RawHttp http = connect()) {
            String head = head("HEAD", PATH, "If-None-Match: " + tag);
            assertEquals(304, http.send(head).answerToHead().status());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, LONG})
    void aDiskThatFailsIsAProblem(int size) throws IOException {
        blobs.store("a", bytes(size, 1));
        blobs.move("a", Place.FAILED_DISK);
        given().get(PATH)
                .then()
                .statusCode(503)
                .header("Retry-After", "1")
                .contentType("application/problem+json")
                .body("code", equalTo("DISK_FAILED"));
        given().head(PATH).then().statusCode(503).header("Retry-After", "1");
        assertProblem(get("Range: bytes=10-20"), 503, "DISK_FAILED");
        blobs.move("a", Place.DISK);
        assertEquals(200, get().status());
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, LONG})
    void theDiskFailsBeforeTheFirstBlock(int size) throws IOException {
        storeOnDisk(bytes(size, 1));
        blobs.beforeBlock = (handle, block) -> blobs.move("a", Place.FAILED_DISK);
        assertProblem(get(), 503, "DISK_FAILED");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, LONG})
    void damageOnTheDiskIsAProblem(int size) throws IOException {
        storeOnDisk(bytes(size, 1));
        blobs.damage("a");
        assertProblem(get(), 500, "CORRUPTED");
    }

    @Test
    void aFailureOfTheReaderIsAProblem() throws IOException {
        storeOnDisk(bytes(1000, 1));
        blobs.beforeFetch =
                handle -> {
                    throw new IllegalStateException("secret internals");
                };
        RawHttp.Answer answer = get();
        assertProblem(answer, 500, "INTERNAL_ERROR");
        assertTrue(!answer.body().contains("secret"), answer.body());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 20, 127})
    void aLongBodyGoesOnWhenItLeavesMemory(int evictedAt) throws IOException {
        byte[] content = bytes(LONG, 1);
        blobs.store("a", content);
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == evictedAt) {
                        blobs.move("a", Place.DISK);
                    }
                };
        assertArrayEquals(content, get().bytes());
    }

    @Test
    void aShortBodyIsCopiedOnWhenItLeavesMemory() throws IOException {
        byte[] content = bytes(1_000_000, 1);
        blobs.store("a", content);
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 9) {
                        blobs.move("a", Place.DISK);
                    }
                };
        assertArrayEquals(content, get().bytes());
    }

    @Test
    void aBlobThatComesBackToMemoryIsReadThere() throws IOException {
        byte[] content = bytes(LONG, 1);
        storeOnDisk(content);
        blobs.beforeFetch = handle -> blobs.move("a", Place.MEMORY);
        assertArrayEquals(content, get().bytes());
    }

    @Test
    void aShortBodyFromTheDiskIsOfOneVersion() throws IOException {
        byte[] newer = bytes(900_000, 2);
        storeOnDisk(bytes(1_000_000, 1));
        AtomicInteger replaced = new AtomicInteger();
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 9 && replaced.getAndIncrement() < 3) {
                        storeOnDisk(newer);
                    }
                };
        assertArrayEquals(newer, get().bytes());
        assertEquals(4, replaced.get());
        blobs.beforeBlock = (handle, block) -> blobs.delete("a");
        assertProblem(get(), 404, "BLOB_NOT_FOUND");
    }

    enum Ending {
        REPLACED,
        DAMAGED,
        UNREADABLE,
        FAILURE
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotBeHadAnyMoreResetsTheConnection(Ending ending) throws IOException {
        byte[] old = bytes(LONG, 1);
        storeOnDisk(old);
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 20) {
                        end(ending);
                    }
                };
        try (RawHttp http = connect()) {
            RawHttp.Answer answer = http.send(head("GET", PATH)).answer();
            assertTrue(answer.hasHeader("content-length: " + LONG));
            assertTrue(http.endsWithin(5_000));
            byte[] body = answer.body().getBytes(StandardCharsets.ISO_8859_1);
            assertTrue(body.length <= 20 * BLOCK_BYTES, body.length + " bytes");
            assertArrayEquals(Arrays.copyOf(old, body.length), body);
        }
        given().get(ScriptedResource.PATH + "/none").then().statusCode(404);
    }

    private void end(Ending ending) {
        switch (ending) {
            case REPLACED -> storeOnDisk(bytes(LONG, 2));
            case DAMAGED -> blobs.damage("a");
            case UNREADABLE -> blobs.move("a", Place.FAILED_DISK);
            case FAILURE -> throw new IllegalStateException("secret internals");
        }
    }

    @Test
    void whatIsInMemoryDoesNotWaitForTheDisk() throws IOException {
        storeOnDisk(bytes(1000, 1));
        blobs.store("b", bytes(1000, 2));
        blobs.beforeFetch = handle -> awaitLetGo();
        List<RawHttp> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(connect().send(head("GET", PATH)));
        }
        for (int i = 0; i < 10; i++) {
            given().get(ScriptedResource.PATH + "/b").then().statusCode(200);
            given().get("/v1/memory").then().statusCode(200);
        }
        held.countDown();
        for (RawHttp each : waiting) {
            assertArrayEquals(bytes(1000, 1), each.answer().bytes());
            each.close();
        }
    }

    @Test
    void aSlowReaderHoldsAFewBlocksOnly() throws IOException, InterruptedException {
        AtomicInteger furthest = new AtomicInteger();
        blobs.beforeBlock = (handle, block) -> furthest.accumulateAndGet(block, Math::max);
        storeOnDisk(bytes(64 << 20, 1));
        try (RawHttp http = connect()) {
            http.send(head("GET", PATH)).readBytes(100_000);
            int reached = ScriptedDownloadTest.settled(furthest);
            assertTrue(reached < 200, "read ahead to block " + reached);
            http.abandon();
        }
        assertTrue(ScriptedDownloadTest.settled(furthest) < 500, "it was forgotten");
    }

    /// Leaves while a thread reads for it, at a block of a body of that size.
    @ParameterizedTest
    @ValueSource(ints = {1_000_000, LONG})
    void aClientThatLeavesTakesNothingWithIt(int size) throws IOException, InterruptedException {
        storeOnDisk(bytes(size, 1));
        AtomicInteger blocks = new AtomicInteger();
        long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        for (int round = 0; round < 40; round++) {
            CountDownLatch reading = new CountDownLatch(1);
            CountDownLatch left = new CountDownLatch(1);
            blobs.beforeBlock =
                    (handle, block) -> {
                        blocks.incrementAndGet();
                        if (block == 10) {
                            reading.countDown();
                            await(left);
                        }
                    };
            try (RawHttp http = connect()) {
                http.send(head("GET", PATH));
                if (size == LONG) {
                    http.readBytes(9 * BLOCK_BYTES);
                }
                reading.await();
                http.abandon();
            }
            left.countDown();
        }
        ScriptedDownloadTest.settled(blocks);
        long after = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        assertTrue(after - before < 16 << 20, (after - before) + " bytes more");
        blobs.beforeBlock = (handle, block) -> {};
        assertArrayEquals(bytes(size, 1), get().bytes());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void nothingIsReadForWhoIsGone() throws IOException, InterruptedException {
        storeOnDisk(bytes(1000, 1));
        AtomicInteger fetches = new AtomicInteger();
        blobs.beforeFetch =
                handle -> {
                    fetches.incrementAndGet();
                    awaitLetGo();
                };
        List<RawHttp> leaving = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            leaving.add(connect().send(head("GET", PATH)));
        }
        assertTrue(eventually(() -> fetches.get() == 32));
        for (RawHttp each : leaving) {
            each.abandon();
        }
        // Each event loop has noticed it before it answers a new connection.
        for (int i = 0; i < 64; i++) {
            try (RawHttp http = connect()) {
                String none = head("GET", ScriptedResource.PATH + "/none");
                assertEquals(404, http.send(none).answer().status());
            }
        }
        held.countDown();
        int fetched = ScriptedDownloadTest.settled(fetches);
        assertTrue(fetched < 100, fetched + " were read");
        assertEquals(200, get().status());
    }
}
