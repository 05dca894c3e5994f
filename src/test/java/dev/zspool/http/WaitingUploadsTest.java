package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Many bodies at a time, room for one.
@QuarkusTest
@TestProfile(WaitingUploadsTest.RoomForOne.class)
class WaitingUploadsTest extends EdgeTest {

    private static final int UPLOADS = 50;
    private static final int BODY_BYTES = 1_000_000;
    private static final int DRIP_BYTES = 10_000;
    private static final int DRIPS = 15;

    /// A budget of three blocks.
    public static final class RoomForOne implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("zspool.body.budget", "192K");
        }

        /// The test stops to collect garbage, which must not look like a slow client.
        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(PatientEdge.class);
        }
    }

    @Test
    void aWaitingBodyStaysInItsSocket() throws IOException {
        byte[] body = bytes(BODY_BYTES, 1);
        String put = head("PUT", PATH, "Content-Length: " + BODY_BYTES);
        List<RawHttp> waiting = new ArrayList<>();
        try (RawHttp first = connect()) {
            first.send(put);
            assertTrue(eventually(() -> store.host().bodyBytes() > 0));
            long before = liveHeapBytes();
            for (int upload = 0; upload < UPLOADS; upload++) {
                RawHttp http = connect();
                waiting.add(http);
                // What the service does not take in blocks the sender at some point.
                Thread.ofVirtual().start(() -> send(http, put, body));
            }
            int sent = 0;
            for (; sent < DRIPS * DRIP_BYTES; sent += DRIP_BYTES) {
                first.send(Arrays.copyOfRange(body, sent, sent + DRIP_BYTES));
                assertFalse(first.endsWithin(100), "not so slow that it is cut off");
            }
            long grown = liveHeapBytes() - before;
            assertTrue(grown < UPLOADS * 128L * 1024, grown + " bytes of heap for what waits");
            first.send(Arrays.copyOfRange(body, sent, BODY_BYTES));
            assertEquals(201, first.answer().status());
            // Those whose turn comes too late are told so; all are read again.
            for (RawHttp http : waiting) {
                int status = http.answer().status();
                assertTrue(status == 204 || status == 503, () -> "answered " + status);
            }
        } finally {
            for (RawHttp http : waiting) {
                http.close();
            }
        }
    }

    private static void send(RawHttp http, String head, byte[] body) {
        try {
            http.send(head).send(body);
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    /// The process that runs the test is the service, too.
    private static long liveHeapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
