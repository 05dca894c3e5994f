package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.upkeep.EventFeed;
import dev.zspool.upkeep.EventKind;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The stream of events.
@QuarkusTest
class EventResourceTest extends EdgeTest {

    private static final String EVENTS = "/v1/events";

    @Inject EventFeed feed;

    private RawHttp listen(String... headers) throws IOException {
        RawHttp http = connect();
        assertEquals(200, http.send(head("GET", EVENTS, headers)).answer().status());
        return http;
    }

    @Test
    void movesOfPagesAreTold() throws IOException {
        store("a", bytes(3000, 1));
        int frame = given().get("/v1/pools/default/pages?limit=1").path("pages[0].frame");
        String page = "/v1/pools/default/pages/" + frame;
        try (RawHttp http = listen()) {
            given().post(page + "/isolate").then().statusCode(200);
            given().post(page + "/putback").then().statusCode(200);
            given().post(page + "/isolate").then().statusCode(200);
            given().post(page + "/migrate").then().statusCode(200);
            String text = http.readUntil("\"target\":");
            assertEquals(2, text.split("PAGE_ISOLATED", -1).length - 1, text);
            assertEquals(1, text.split("PAGE_PUT_BACK", -1).length - 1, text);
            assertTrue(text.contains("event:migration"), text);
            assertTrue(text.contains("\"figures\":{\"frame\":" + frame), text);
        }
    }

    @Test
    void aLeaseThatExpiresIsTold() throws IOException {
        store("a", bytes(3000, 1));
        int frame = given().get("/v1/pools/default/pages?limit=1").path("pages[0].frame");
        try (RawHttp http = listen()) {
            given().post("/v1/pools/default/pages/" + frame + "/isolate?lease=PT0.001S")
                    .then()
                    .statusCode(200);
            String text = http.readUntil("\"expiredLeases\":1");
            assertTrue(text.contains("PAGE_PUT_BACK"), text);
        }
    }

    @Test
    void whoComesBackHearsWhatHeMissed() throws IOException {
        List<Long> ids = new ArrayList<>();
        try (EventFeed.Subscription _ =
                feed.subscribe(Long.MAX_VALUE, event -> ids.add(event.id()))) {
            for (int i = 0; i < 3; i++) {
                feed.publish(
                        EventKind.COMPACTION_STARTED,
                        Optional.of("default"),
                        Map.of("n", (long) i));
            }
        }
        try (RawHttp http = listen("Last-Event-ID: " + ids.getFirst())) {
            String text = http.readUntil("\"n\":2");
            assertTrue(text.contains("id:" + ids.get(1)), text);
            assertTrue(!text.contains("\"n\":0"), text);
        }
        try (RawHttp http = listen("Last-Event-ID: nonsense")) {
            feed.publish(EventKind.COMPACTION_FINISHED, Optional.empty(), Map.of("last", 1L));
            assertTrue(!http.readUntil("\"last\":1").contains("\"n\":"), "old events");
        }
    }

    @Test
    void listenersAreFewAndAreForgottenWhenTheyLeave() throws IOException {
        List<RawHttp> open = new ArrayList<>();
        try {
            for (int i = feed.listeners(); i < EventResource.MOST_LISTENERS; i++) {
                open.add(listen());
            }
            assertTrue(eventually(() -> feed.listeners() == EventResource.MOST_LISTENERS));
            try (RawHttp http = connect()) {
                assertProblem(http.send(head("GET", EVENTS)).answer(), 503, "TOO_MANY_LISTENERS");
            }
        } finally {
            for (RawHttp http : open) {
                http.close();
            }
        }
        assertTrue(
                eventually(() -> {
                    // A connection that is gone is noticed when something is sent.
                    feed.publish(EventKind.COMPACTION_STARTED, Optional.empty(), Map.of());
                    return feed.listeners() == 0;
                }),
                feed.listeners() + " still listen");
    }
}
