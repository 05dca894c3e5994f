package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The value of `Range`, and what it is of a blob.
class ByteRangeTest {

    private static final String HUGE = "99999999999999999999999";

    private static BlobPart part(String value, long size) {
        ByteRange range = ByteRange.parse(List.of(value));
        assertNotNull(range, value);
        return range.of(new BlobInfo("a", size, size, 1, 1, BlobAttributes.NONE, 0, 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0        | 1000 | 0   | 1",
                "bytes=0-499      | 1000 | 0   | 500",
                "bytes=500-999    | 1000 | 500 | 1000",
                "bytes=500-1000   | 1000 | 500 | 1000",
                "bytes=500-" + HUGE + " | 1000 | 500 | 1000",
                "bytes=0-         | 1000 | 0   | 1000",
                "bytes=999-       | 1000 | 999 | 1000",
                "bytes=-1         | 1000 | 999 | 1000",
                "bytes=-1000      | 1000 | 0   | 1000",
                "bytes=-1001      | 1000 | 0   | 1000",
                "bytes=-" + HUGE + " | 1000 | 0 | 1000",
                "BYTES=1-2        | 1000 | 1   | 3",
                "bytes= 1-2       | 1000 | 1   | 3",
                "'bytes=,, 1-2 ,' | 1000 | 1   | 3",
                "bytes=0000000000000000000000001-2 | 1000 | 1 | 3",
                "bytes=9223372036854775806- | 9223372036854775807 | 9223372036854775806 | 9223372036854775807",
            })
    void ranges(String value, long size, long start, long end) {
        assertEquals(new BlobPart(206, start, end), part(value, size), value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=1000-     | 1000",
                "bytes=1000-1000 | 1000",
                "bytes=" + HUGE + "- | 1000",
                "bytes=" + HUGE + "-" + HUGE + " | 1000",
                "bytes=-0        | 1000",
                "bytes=0-        | 0",
                "bytes=0-0       | 0",
                "bytes=-0        | 0",
            })
    void nothingOfIt(String value, long size) {
        ProblemException problem = assertThrows(ProblemException.class, () -> part(value, size));
        assertEquals(ProblemCode.RANGE_NOT_SATISFIABLE, problem.code());
        assertEquals(Map.of("content-range", "bytes */" + size), problem.headers());
    }

    @Test
    void theLastBytesOfNothingAreAllOfIt() {
        assertEquals(new BlobPart(200, 0, 0), part("bytes=-5", 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes=-",
                "bytes=--5",
                "bytes=5",
                "bytes=5-4",
                "bytes=0-1,2-3",
                "bytes=0-1,-1",
                "bytes=0-1-2",
                "bytes=+1-2",
                "bytes=1 -2",
                "bytes=1- 2",
                "bytes=0x1-2",
                "bytes=\u0661-",
                "bytes = 0-1",
                "bytes 0-1",
                " bytes=0-1",
                "items=0-1",
                "byte=0-1",
                "0-1",
            })
    void whatDoesNotCount(String value) {
        assertNull(ByteRange.parse(List.of(value)));
    }

    @Test
    void twoHeadersDoNotCount() {
        assertNull(ByteRange.parse(List.of("bytes=0-1", "bytes=0-1")));
        assertNull(ByteRange.parse(List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0",
        "0, 1, 0, 1",
        "0, 65536, 0, 1",
        "0, 65537, 0, 2",
        "65535, 65536, 0, 1",
        "65536, 65537, 1, 2",
        "65535, 65537, 0, 2",
        "1073741823, 1073741824, 16383, 16384",
    })
    void blocks(long start, long end, int first, int behindLast) {
        BlobPart part = BlobPart.range(start, end);
        assertEquals(first, part.firstBlock());
        assertEquals(behindLast, part.endBlock());
        long bytes = 0;
        for (int block = first; block < behindLast; block++) {
            bytes += part.endIn(block) - part.startIn(block);
        }
        assertEquals(part.bytes(), bytes);
    }
}
