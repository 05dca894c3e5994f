package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobInfo;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Ranges: which blocks are read for them, and blobs that change meanwhile.
@QuarkusTest
class ScriptedRangeTest extends EdgeTest {

    private static final String PATH = ScriptedResource.PATH + "/a";
    private static final int LONG = 8 << 20;

    @Inject ScriptedBlobs blobs;

    @BeforeEach
    void resetScript() {
        blobs.reset();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0",
        "0, 65535, 0, 0",
        "65535, 65536, 0, 1",
        "65536, 131071, 1, 1",
        "5000000, 5000009, 76, 76",
        "8388607, 8388607, 127, 127",
        "1000000, 2048575, 15, 31",
        "1000000, 5000000, 15, 76",
    })
    void onlyTheBlocksOfTheRangeAreRead(int first, int last, int firstBlock, int lastBlock)
            throws IOException {
        byte[] content = bytes(LONG, 3);
        blobs.store("a", content);
        List<Integer> read = new CopyOnWriteArrayList<>();
        blobs.beforeBlock = (handle, block) -> read.add(block);
        try (RawHttp http = connect()) {
            RawHttp.Answer answer =
                    http.send(head("GET", PATH, "Range: bytes=" + first + "-" + last)).answer();
            assertEquals(206, answer.status());
            assertArrayEquals(Arrays.copyOfRange(content, first, last + 1), answer.bytes());
        }
        assertEquals(IntStream.rangeClosed(firstBlock, lastBlock).boxed().toList(), read);
    }

    @Test
    void nothingIsReadForAnAnswerWithoutContent() {
        blobs.store("a", bytes(LONG, 3));
        List<Integer> read = new CopyOnWriteArrayList<>();
        blobs.beforeBlock = (handle, block) -> read.add(block);
        given().header("Range", "bytes=" + LONG + "-").get(PATH).then().statusCode(416);
        given().header("If-None-Match", "*").get(PATH).then().statusCode(304);
        given().header("If-Match", "\"x\"").get(PATH).then().statusCode(412);
        assertEquals(List.of(), read);
    }

    @Test
    void aSlowReaderOfARangeHoldsAFewBlocksOnly() throws IOException, InterruptedException {
        AtomicInteger furthest = new AtomicInteger();
        blobs.beforeBlock = (handle, block) -> furthest.accumulateAndGet(block, Math::max);
        blobs.store("a", bytes(64 << 20, 1));
        try (RawHttp http = connect()) {
            http.send(head("GET", PATH, "Range: bytes=1000000-")).readBytes(100_000);
            // What was read ahead lies in the buffers of the system.
            int reached = ScriptedDownloadTest.settled(furthest);
            assertTrue(reached < 215, "read ahead to block " + reached);
        }
    }

    private void replaceBeforeTheFirstBlock(byte[] newer) {
        AtomicInteger reads = new AtomicInteger();
        blobs.beforeBlock =
                (handle, block) -> {
                    if (reads.getAndIncrement() == 0) {
                        blobs.store("a", newer);
                    }
                };
    }

    private String storedTag(byte[] content) {
        return EntityTag.of(blobs.store("a", content).info());
    }

    @Test
    void theRangeIsOfTheVersionThatIsSent() {
        blobs.store("a", bytes(1000, 1));
        byte[] newer = bytes(500, 2);
        replaceBeforeTheFirstBlock(newer);
        byte[] body =
                given().header("Range", "bytes=400-")
                        .get(PATH)
                        .then()
                        .statusCode(206)
                        .header("Content-Range", "bytes 400-499/500")
                        .extract()
                        .asByteArray();
        assertArrayEquals(Arrays.copyOfRange(newer, 400, 500), body);
        blobs.store("a", bytes(1000, 1));
        replaceBeforeTheFirstBlock(newer);
        given().header("Range", "bytes=500-")
                .get(PATH)
                .then()
                .statusCode(416)
                .header("Content-Range", "bytes */500");
    }

    @Test
    void ifRangeIsOfTheVersionThatIsSent() {
        String old = storedTag(bytes(1000, 1));
        byte[] newer = bytes(500, 2);
        replaceBeforeTheFirstBlock(newer);
        byte[] body =
                given().header("Range", "bytes=400-")
                        .header("If-Range", old)
                        .get(PATH)
                        .then()
                        .statusCode(200)
                        .extract()
                        .asByteArray();
        assertArrayEquals(newer, body, "all of the new version");
    }

    @Test
    void conditionsAreOfTheVersionThatIsSent() {
        String old = storedTag(bytes(1000, 1));
        replaceBeforeTheFirstBlock(bytes(500, 2));
        given().header("If-Match", old)
                .get(PATH)
                .then()
                .statusCode(412)
                .body("code", equalTo("PRECONDITION_FAILED"));
        BlobInfo first = blobs.store("a", bytes(1000, 1)).info();
        byte[] newer = bytes(500, 2);
        replaceBeforeTheFirstBlock(newer);
        BlobInfo second =
                new BlobInfo("a", 500, 500, first.sequence() + 1, 500, BlobAttributes.NONE, 0, 0);
        given().header("If-None-Match", EntityTag.of(second)).get(PATH).then().statusCode(304);
    }

    @Test
    void replacedInMidRangeResetsTheConnection() throws IOException {
        byte[] old = bytes(LONG, 1);
        blobs.store("a", old);
        blobs.beforeBlock =
                (handle, block) -> {
                    if (block == 40) {
                        blobs.store("a", bytes(LONG, 2));
                    }
                };
        try (RawHttp http = connect()) {
            RawHttp.Answer answer = http.send(head("GET", PATH, "Range: bytes=1000000-")).answer();
            assertTrue(http.endsWithin(5_000));
            byte[] body = answer.bytes();
            assertTrue(body.length <= 40 * 65_536 - 1_000_000, body.length + " bytes");
            assertArrayEquals(Arrays.copyOfRange(old, 1_000_000, 1_000_000 + body.length), body);
        }
    }
}
