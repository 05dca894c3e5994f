package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Readers and a writer of one handle at the same time: every body is of one version.
@QuarkusTest
class OneVersionTest extends EdgeTest {

    private static final int READS = 300;

    @ParameterizedTest
    @ValueSource(ints = {700, 65_536, 300_000, 3_000_000})
    void noBodyIsAMixture(int size) throws IOException, InterruptedException {
        int reads = size > 1_000_000 ? READS / 6 : READS;
        store("a", version(0, size));
        AtomicBoolean done = new AtomicBoolean();
        List<Throwable> failures = new ArrayList<>();
        Thread writer =
                Thread.ofPlatform()
                        .uncaughtExceptionHandler((thread, failure) -> failures.add(failure))
                        .start(() -> replaceUntil(done, size));
        int whole = 0;
        try {
            for (int turn = 0; turn < reads; turn++) {
                whole += isWhole(size) ? 1 : 0;
            }
        } finally {
            done.set(true);
            writer.join();
        }
        assertEquals(List.of(), failures);
        assertTrue(whole > 0 && (whole == reads || size > BlobDownload.SHORT_BYTES), whole + "");
    }

    private void replaceUntil(AtomicBoolean done, int size) {
        try (RawHttp http = connect()) {
            for (int turn = 1; !done.get(); turn++) {
                http.send(head("PUT", PATH, "Content-Length: " + size)).send(version(turn, size));
                assertEquals(204, http.answer().status());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Reads the blob once; a long one may be cut off.
    private boolean isWhole(int size) throws IOException {
        try (RawHttp http = connect()) {
            RawHttp.Answer answer = http.send(head("GET", PATH)).answer();
            assertEquals(200, answer.status(), answer.body());
            byte[] body = answer.bytes();
            if (body.length > 0) {
                byte first = body[0];
                for (int at = 0; at < body.length; at += 97) {
                    assertEquals((byte) (first + at / 97), body[at], "at " + at);
                }
            }
            return body.length == size;
        }
    }

    /// Every byte tells which version it is of.
    private static byte[] version(int turn, int size) {
        byte[] content = new byte[size];
        for (int at = 0; at < size; at++) {
            content[at] = (byte) (turn + at / 97);
        }
        return content;
    }
}
