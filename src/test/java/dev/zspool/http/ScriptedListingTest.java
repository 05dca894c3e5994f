package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Lists of blobs that only the disk knows. That no event loop waits for it is said by the scripted
/// list, which fails then.
@QuarkusTest
class ScriptedListingTest extends EdgeTest {

    @Inject ScriptedListing listing;

    @BeforeEach
    void resetScript() {
        listing.reset();
    }

    private void assertComplete() {
        List<String> handles =
                given().get(ScriptedListing.PATH)
                        .then()
                        .statusCode(200)
                        .contentType("application/json")
                        .extract()
                        .jsonPath()
                        .getList("blobs.handle");
        assertEquals(
                IntStream.range(0, listing.parts * ScriptedListing.PART_BLOBS)
                        .mapToObj(ScriptedListing::handle)
                        .toList(),
                handles);
    }

    @Test
    void everythingIsListedFromTheDisk() {
        assertComplete();
        listing.parts = 1;
        assertComplete();
        given().head(ScriptedListing.PATH).then().statusCode(200).contentType("application/json");
    }

    @Test
    void partsInMemoryAndOnTheDiskAreOneList() {
        listing.isOnDisk = part -> part % 3 == 2;
        assertComplete();
        listing.isOnDisk = part -> part % 3 == 0;
        assertComplete();
    }

    @Test
    void aDiskThatFailsFirstIsAProblem() {
        listing.unreadableAt = 0;
        given().get(ScriptedListing.PATH)
                .then()
                .statusCode(503)
                .header("Retry-After", "1")
                .body("code", equalTo("DISK_FAILED"));
        given().head(ScriptedListing.PATH).then().statusCode(503);
        listing.isOnDisk = part -> false;
        given().get(ScriptedListing.PATH).then().statusCode(503);
    }

    @Test
    void aFailureFirstIsAProblem() {
        listing.beforePart =
                part -> {
                    throw new IllegalStateException("secret internals");
                };
        given().get(ScriptedListing.PATH)
                .then()
                .statusCode(500)
                .body("code", equalTo("INTERNAL_ERROR"));
    }

    @Test
    void aFailureLaterEndsTheAnswer() throws IOException {
        listing.unreadableAt = 5;
        assertCutOff();
        listing.unreadableAt = -1;
        listing.beforePart =
                part -> {
                    if (part == 5) {
                        throw new IllegalStateException("secret internals");
                    }
                };
        assertCutOff();
    }

    private void assertCutOff() throws IOException {
        try (RawHttp http = connect()) {
            byte[] all = http.send(head("GET", ScriptedListing.PATH)).readBytes(10 << 20);
            String text = new String(all, StandardCharsets.ISO_8859_1);
            assertTrue(!text.contains("]}"), "it looks complete");
            assertTrue(!text.contains(ScriptedListing.handle(500) + '"'), "a part that failed");
            assertTrue(http.endsWithin(5_000));
        }
    }

    @Test
    void aReaderThatLeavesIsForgotten() throws IOException, InterruptedException {
        AtomicInteger made = new AtomicInteger();
        listing.parts = 100_000;
        listing.beforePart = part -> made.incrementAndGet();
        try (RawHttp http = connect()) {
            http.send(head("GET", ScriptedListing.PATH)).readBytes(50_000);
            int reached = ScriptedDownloadTest.settled(made);
            assertTrue(reached < 2_000, reached + " parts");
            http.abandon();
        }
        assertTrue(ScriptedDownloadTest.settled(made) < 4_000, "it was forgotten");
    }
}
