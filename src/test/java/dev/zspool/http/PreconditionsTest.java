package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.WriteCondition;
import dev.zspool.http.Preconditions.Outcome;
import io.vertx.core.MultiMap;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every combination of conditions against [ConditionModel], which follows the text of RFC 9110
/// step by step; and entity tags.
class PreconditionsTest {

    private static final BlobInfo INFO = info("text/plain", "br", 7, 1_000_000_000);

    private static BlobInfo info(String type, String encoding, long sequence, long modified) {
        BlobAttributes attributes = new BlobAttributes(type, encoding);
        return new BlobInfo("a", 3, 3, sequence, 0x1234, attributes, modified, 0);
    }

    private static MultiMap headers(ConditionModel.Request request) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        request.headers().forEach(headers::add);
        return headers;
    }

    @Test
    void everyCombination() {
        String tag = EntityTag.of(INFO);
        List<ConditionModel.Request> requests =
                ConditionModel.requests(tag, INFO.modifiedEpochSeconds());
        assertTrue(requests.size() > 500);
        for (ConditionModel.Request request : requests) {
            Preconditions conditions = Preconditions.of(headers(request), InstantSource.system());
            int read =
                    switch (conditions.ofRead(INFO)) {
                        case PASSED -> 200;
                        case NOT_MODIFIED -> 304;
                        case FAILED -> 412;
                    };
            assertEquals(request.read(true), read, () -> "read " + request);
            for (boolean isThere : new boolean[] {true, false}) {
                Optional<BlobInfo> published = isThere ? Optional.of(INFO) : Optional.empty();
                boolean stores = conditions.ofStore().allows(published);
                assertEquals(request.put(isThere) != 412, stores, () -> "put " + request);
                boolean deletes = conditions.ofDelete().allows(published);
                assertEquals(request.delete(isThere) != 412, deletes, () -> "delete " + request);
            }
        }
    }

    @Test
    void withoutConditionsNothingIsBuilt() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("X-Other", "x");
        Preconditions conditions = Preconditions.of(headers, InstantSource.system());
        assertSame(Preconditions.NONE, conditions);
        assertSame(WriteCondition.ALWAYS, conditions.ofStore());
        assertSame(WriteCondition.ALWAYS, conditions.ofDelete());
        assertEquals(Outcome.PASSED, conditions.ofRead(INFO));
        headers.add("If-Modified-Since", HttpDate.format(5));
        assertSame(
                WriteCondition.ALWAYS,
                Preconditions.of(headers, InstantSource.system()).ofStore(),
                "a condition of reads only");
    }

    @Test
    void twoDatesCountAsNone() {
        String earlier = HttpDate.format(INFO.modifiedEpochSeconds() - 1);
        MultiMap headers =
                MultiMap.caseInsensitiveMultiMap()
                        .add("If-Unmodified-Since", earlier)
                        .add("If-Unmodified-Since", earlier);
        assertSame(Preconditions.NONE, Preconditions.of(headers, InstantSource.system()));
    }

    @Test
    void tagsTellTypeEncodingAndWritesApart() {
        Set<String> tags = new HashSet<>();
        for (String type : new String[] {null, "a", "b", "a/a"}) {
            for (String encoding : new String[] {null, "a", "b", "a/a"}) {
                for (long sequence : new long[] {0, 1, 15, 16, (1L << 56) - 1}) {
                    String tag = EntityTag.of(info(type, encoding, sequence, 0));
                    assertTrue(tag.matches("\"[0-9a-f]{16}-[0-9a-f]{1,14}\""), tag);
                    assertTrue(tag.endsWith("-" + Long.toHexString(sequence) + '"'), tag);
                    tags.add(tag);
                }
            }
        }
        assertEquals(4 * 4 * 5, tags.size());
        BlobInfo other = new BlobInfo("a", 3, 3, 7, 0x1235, INFO.attributes(), 0, 0);
        assertNotEquals(EntityTag.of(INFO), EntityTag.of(other));
    }

    @Test
    void theNameOfABlobIsNoPartOfItsTag() {
        BlobInfo other = new BlobInfo("b", 3, 3, 7, 0x1234, INFO.attributes(), 0, 0);
        assertEquals(EntityTag.of(INFO), EntityTag.of(other));
    }
}
