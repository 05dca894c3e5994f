package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobInfo;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A date names a version only when its second is over.
class ReadRequestTest {

    private static final long MODIFIED = 1_000_000_000;

    @ParameterizedTest
    @CsvSource({
        "999999999999, 0, 200",
        "1000000000000, 0, 200",
        "1000000000999, 0, 200",
        "1000000001000, 0, 206",
        "1000000001000, 1, 200",
        "1000000009000, 1, 200",
        "1000000009000, -1, 200",
    })
    void datesAsVersions(long nowMillis, long dateAfterModified, int status) {
        InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(nowMillis));
        BlobInfo info = new BlobInfo("a", 9, 9, 1, 1, BlobAttributes.NONE, MODIFIED, 0);
        String date = HttpDate.format(MODIFIED + dateAfterModified);
        ReadRequest asked = new ReadRequest(Preconditions.NONE, new ByteRange(0, 1), date, clock);
        assertEquals(status, asked.partOf(info).status());
    }
}
