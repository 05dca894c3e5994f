package dev.zspool.http;

import dev.zspool.blob.BlobInfo;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The one range of bytes that a request asks for.
///
/// @param firstByte where it begins; {@link #SUFFIX} when it is the last bytes
/// @param lastByte where it ends, itself included; how many last bytes for a suffix; a number too
///   large for a `long` counts as the largest one
record ByteRange(long firstByte, long lastByte) {

    private static final long SUFFIX = -1;

    private static final String UNIT = "bytes=";

    /// The value of `Range`.
    ///
    /// @param lines the header's values, one a line of the request
    /// @return null for several ranges, other units and what is not a range, all of which a server
    ///   may ignore: the client gets everything
    static @Nullable ByteRange parse(List<String> lines) {
        if (lines.size() != 1) {
            return null;
        }
        String value = lines.getFirst();
        if (!value.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        String only = null;
        for (String each : value.substring(UNIT.length()).split(",", -1)) {
            String text = each.strip();
            if (text.isEmpty()) {
                continue;
            }
            if (only != null) {
                return null;
            }
            only = text;
        }
        return only == null ? null : parseOne(only);
    }

    private static @Nullable ByteRange parseOne(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            return null;
        }
        String first = text.substring(0, dash);
        String last = text.substring(dash + 1);
        if (!isNumberOrEmpty(first) || !isNumberOrEmpty(last)) {
            return null;
        }
        if (first.isEmpty()) {
            return last.isEmpty() ? null : new ByteRange(SUFFIX, number(last));
        }
        ByteRange range =
                new ByteRange(number(first), last.isEmpty() ? Long.MAX_VALUE : number(last));
        return range.lastByte < range.firstByte ? null : range;
    }

    private static boolean isNumberOrEmpty(String text) {
        return text.isEmpty() || Digits.areAll(text);
    }

    private static long number(String digits) {
        long number = 0;
        for (int at = 0; at < digits.length(); at++) {
            int digit = digits.charAt(at) - '0';
            if (number > (Long.MAX_VALUE - digit) / 10) {
                return Long.MAX_VALUE;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /// What it is of a version, or a problem when there is nothing of it.
    BlobPart of(BlobInfo info) {
        long size = info.sizeBytes();
        if (firstByte == SUFFIX && lastByte > 0) {
            // No Content-Range can say "the last bytes of nothing".
            return size == 0
                    ? BlobPart.whole(info)
                    : BlobPart.range(Math.max(0, size - lastByte), size);
        }
        if (firstByte == SUFFIX || firstByte >= size) {
            throw new ProblemException(
                    ProblemCode.RANGE_NOT_SATISFIABLE,
                    "The blob has " + size + " bytes, and none of them is in the range.",
                    Map.of(HttpHeaders.CONTENT_RANGE.toString(), "bytes */" + size));
        }
        return BlobPart.range(firstByte, Math.min(lastByte, size - 1) + 1);
    }
}
