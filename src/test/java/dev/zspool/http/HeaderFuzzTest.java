package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobInfo;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/// Any bytes as the value of a header are understood or refused with a problem, never more.
/// `JAZZER_FUZZ=1` searches; without it the inputs beside the test's resources are run again.
final class HeaderFuzzTest {

    private static final String TAG = "\"a-1\"";

    private static final InstantSource NOW =
            InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

    /// Headers are Latin-1; a line break begins another one.
    private static List<String> lines(byte[] input) {
        return List.of(new String(input, StandardCharsets.ISO_8859_1).split("\n", -1));
    }

    @FuzzTest
    void entityTags(byte[] input) {
        List<String> lines = lines(input);
        EntityTagList tags;
        try {
            tags = EntityTagList.parse("If-Match", lines);
        } catch (ProblemException problem) {
            assertEquals(ProblemCode.BAD_HEADER, problem.code());
            return;
        }
        if (tags.matchesStrongly(TAG)) {
            assertTrue(tags.matchesWeakly(TAG), "what matches strongly matches weakly");
        }
        if (tags.matchesWeakly(TAG)) {
            String all = String.join(",", lines);
            assertTrue(all.contains(TAG) || all.strip().equals("*"), all);
        }
    }

    @FuzzTest
    void dates(byte[] input) {
        OptionalLong date = HttpDate.parse(lines(input).getFirst(), NOW);
        if (date.isPresent()) {
            assertEquals(date, HttpDate.parse(HttpDate.format(date.getAsLong()), NOW));
        }
    }

    /// The first byte is the size of the blob.
    @FuzzTest
    void ranges(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int size = Byte.toUnsignedInt(input[0]);
        byte[] value = Arrays.copyOfRange(input, 1, input.length);
        ByteRange range = ByteRange.parse(lines(value));
        if (range == null) {
            return;
        }
        BlobInfo info = new BlobInfo("a", size, size, 1, 1, BlobAttributes.NONE, 0, 0);
        try {
            BlobPart part = range.of(info);
            assertTrue(part.startByte() >= 0 && part.endByte() <= size, part::toString);
            assertTrue(part.bytes() > 0 || size == 0, part::toString);
        } catch (ProblemException problem) {
            assertEquals(ProblemCode.RANGE_NOT_SATISFIABLE, problem.code());
        }
    }
}
