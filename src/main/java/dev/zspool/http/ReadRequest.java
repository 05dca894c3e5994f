package dev.zspool.http;

import dev.zspool.blob.BlobInfo;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What a GET or HEAD wants of a blob.
///
/// @param preconditions what it knows already, or insists on
/// @param range what it wants to have, null for everything
/// @param ifRange the version of which it wants the range, by tag or date; null for any. Of another
///   version it wants everything
/// @param clock the time now
record ReadRequest(
        Preconditions preconditions,
        @Nullable ByteRange range,
        @Nullable String ifRange,
        InstantSource clock) {

    private static final CharSequence RANGE = HttpHeaders.createOptimized("Range");
    private static final CharSequence IF_RANGE = HttpHeaders.createOptimized("If-Range");

    /// Wants it as it is.
    static ReadRequest everything(InstantSource clock) {
        return new ReadRequest(Preconditions.NONE, null, null, clock);
    }

    /// What a request says, or a problem.
    static ReadRequest of(HttpServerRequest request, InstantSource clock) {
        MultiMap headers = request.headers();
        Preconditions preconditions = Preconditions.of(headers, clock);
        if (!headers.contains(RANGE) || !request.method().equals(HttpMethod.GET)) {
            return new ReadRequest(preconditions, null, null, clock);
        }
        return new ReadRequest(
                preconditions,
                ByteRange.parse(headers.getAll(RANGE)),
                onlyVersion(headers.getAll(IF_RANGE)),
                clock);
    }

    /// Two versions are none that there could be.
    private static @Nullable String onlyVersion(List<String> lines) {
        return switch (lines.size()) {
            case 0 -> null;
            case 1 -> lines.getFirst();
            default -> "";
        };
    }

    /// What it gets of a version, or a problem.
    BlobPart partOf(BlobInfo info) {
        return switch (preconditions.ofRead(info)) {
            case FAILED -> throw BlobProblems.preconditionFailed();
            case NOT_MODIFIED -> BlobPart.notModified();
            case PASSED ->
                    range == null || !isVersionOfRange(info)
                            ? BlobPart.whole(info)
                            : range.of(info);
        };
    }

    private boolean isVersionOfRange(BlobInfo info) {
        if (ifRange == null || ifRange.equals(EntityTag.of(info))) {
            return true;
        }
        OptionalLong date = HttpDate.parse(ifRange, clock);
        long modified = info.modifiedEpochSeconds();
        // In the second of the write there may be another version with the same date.
        return date.isPresent()
                && date.getAsLong() == modified
                && modified < clock.instant().getEpochSecond();
    }
}
