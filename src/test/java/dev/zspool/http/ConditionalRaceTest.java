package dev.zspool.http;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.OpSequence;
import dev.zspool.testkit.Racers;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Conditional writes of many clients on few handles, each on a connection of its own, against a
/// sequential model: the changes of a handle form one chain of versions.
@QuarkusTest
class ConditionalRaceTest extends EdgeTest {

    private static final int THREADS = 8;
    private static final int OPERATIONS = 60;
    private static final List<String> HANDLES = List.of("a", "b");
    private static final String NOTHING = "";

    /// A change that succeeded, by the entity tags before and after it.
    private record Change(String handle, String before, String after) {}

    private static String tagOf(RawHttp.Answer answer) {
        String head = answer.head().toLowerCase(Locale.ROOT);
        int start = head.indexOf("etag: \"");
        assertTrue(start > 0, head);
        return head.substring(start + "etag: ".length(), head.indexOf('\r', start));
    }

    private static RawHttp.Answer put(RawHttp http, String path, String body, String condition)
            throws IOException {
        return http.send(head("PUT", path, condition, "Content-Length: " + body.length()) + body)
                .answer();
    }

    private static void operate(RawHttp http, SplittableRandom random, List<Change> changes)
            throws IOException {
        String handle = HANDLES.get(random.nextInt(HANDLES.size()));
        String path = BLOBS + "/" + handle;
        RawHttp.Answer get = http.send(head("GET", path)).answer();
        if (get.status() == 404 || random.nextInt(6) == 0) {
            RawHttp.Answer created = put(http, path, "created", "If-None-Match: *");
            if (created.status() == 201) {
                changes.add(new Change(handle, NOTHING, tagOf(created)));
            } else {
                assertEquals(412, created.status(), created.body());
            }
            return;
        }
        String seen = tagOf(get);
        String condition = "If-Match: \"0-0\", " + seen;
        if (random.nextInt(4) == 0) {
            RawHttp.Answer deleted = http.send(head("DELETE", path, condition)).answer();
            if (deleted.status() == 204) {
                changes.add(new Change(handle, seen, NOTHING));
            } else {
                assertTrue(deleted.status() == 412 || deleted.status() == 404, deleted.head());
            }
            return;
        }
        RawHttp.Answer replaced = put(http, path, "again", condition);
        if (replaced.status() == 204) {
            changes.add(new Change(handle, seen, tagOf(replaced)));
        } else {
            assertEquals(412, replaced.status(), replaced.body());
        }
    }

    @Test
    void everyChangeSawTheVersionThatItNamed() {
        OpSequence.forEachSeed(
                "ConditionalRaceTest#everyChangeSawTheVersionThatItNamed",
                2,
                OPERATIONS,
                sequence -> {
                    forgetTheBlobsOfOtherTests();
                    List<Change> changes = Collections.synchronizedList(new ArrayList<>());
                    Racers racers = new Racers();
                    for (int thread = 0; thread < THREADS; thread++) {
                        SplittableRandom random = sequence.split();
                        racers.add(() -> {
                            try (RawHttp http = connect()) {
                                for (int each = 0; each < OPERATIONS; each++) {
                                    operate(http, random, changes);
                                }
                            }
                        });
                    }
                    racers.run();
                    for (String handle : HANDLES) {
                        assertOneChain(
                                handle,
                                changes.stream()
                                        .filter(change -> change.handle().equals(handle))
                                        .toList());
                    }
                });
    }

    private static void assertOneChain(String handle, List<Change> changes) {
        Map<String, String> next = new HashMap<>();
        int blobs = 0;
        for (Change change : changes) {
            if (change.before().equals(NOTHING)) {
                blobs++;
            } else {
                assertNull(next.put(change.before(), change.after()), "replaced twice");
            }
            if (change.after().equals(NOTHING)) {
                blobs--;
            }
        }
        String now = given().head(BLOBS + "/" + handle).header("ETag");
        assertEquals(now == null ? 0 : 1, blobs);
        for (Change change : changes) {
            if (!change.after().equals(NOTHING)) {
                boolean isLast = !next.containsKey(change.after());
                assertEquals(change.after().equals(now), isLast, () -> "lost: " + change);
            }
        }
    }

    @Test
    void oneCreates() throws InterruptedException {
        AtomicInteger created = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        Racers racers = new Racers();
        for (int thread = 0; thread < THREADS; thread++) {
            racers.add(() -> {
                try (RawHttp http = connect()) {
                    int status = put(http, PATH, "x".repeat(30_000), "If-None-Match: *").status();
                    (status == 201 ? created : refused).incrementAndGet();
                }
            });
        }
        racers.run();
        assertEquals(1, created.get());
        assertEquals(THREADS - 1, refused.get());
    }

    @Test
    void noIncrementIsLost() throws InterruptedException {
        int each = 25;
        given().body("0").put(PATH);
        Racers racers = new Racers();
        for (int thread = 0; thread < THREADS; thread++) {
            racers.add(() -> {
                try (RawHttp http = connect()) {
                    for (int done = 0; done < each; done++) {
                        increment(http);
                    }
                }
            });
        }
        racers.run();
        assertEquals(THREADS * each, Integer.parseInt(given().get(PATH).asString()));
    }

    private static void increment(RawHttp http) throws IOException {
        int status;
        do {
            RawHttp.Answer get = http.send(head("GET", PATH)).answer();
            String next = Integer.toString(Integer.parseInt(get.body()) + 1);
            status = put(http, PATH, next, "If-Match: " + tagOf(get)).status();
        } while (status == 412);
        assertEquals(204, status);
    }
}
