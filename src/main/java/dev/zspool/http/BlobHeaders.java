package dev.zspool.http;

import dev.zspool.blob.BlobInfo;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.InstantSource;

/// The headers that describe a blob, the same for GET and HEAD.
final class BlobHeaders {

    private static final long MILLIS_PER_SECOND = 1000;
    private static final String DEFAULT_TYPE = "application/octet-stream";

    private static final CharSequence BYTES = HttpHeaders.createOptimized("bytes");

    private BlobHeaders() {}

    /// @param clock says how long a blob with an end may be kept
    static void set(BlobInfo info, InstantSource clock, MultiMap headers) {
        String type = info.attributes().contentType();
        headers.set(HttpHeaders.CONTENT_TYPE, type == null ? DEFAULT_TYPE : type);
        String encoding = info.attributes().contentEncoding();
        if (encoding != null) {
            headers.set(HttpHeaders.CONTENT_ENCODING, encoding);
        }
        headers.set(HttpHeaders.ACCEPT_RANGES, BYTES);
        headers.set(HttpHeaders.CONTENT_LENGTH, Long.toString(info.sizeBytes()));
        setVersion(info, clock, headers);
    }

    /// What is different when only a part of it is sent.
    static void setRange(BlobInfo info, BlobPart part, MultiMap headers) {
        headers.set(HttpHeaders.CONTENT_LENGTH, Long.toString(part.bytes()));
        headers.set(
                HttpHeaders.CONTENT_RANGE,
                "bytes " + part.startByte() + "-" + (part.endByte() - 1) + "/" + info.sizeBytes());
    }

    /// Those that say which version it is, and how long it may be kept: all that an answer 304 has.
    static void setVersion(BlobInfo info, InstantSource clock, MultiMap headers) {
        headers.set(HttpHeaders.ETAG, EntityTag.of(info));
        headers.set(HttpHeaders.LAST_MODIFIED, HttpDate.format(info.modifiedEpochSeconds()));
        if (info.expiresEpochMillis() != BlobInfo.NEVER_EXPIRES) {
            long leftMillis = Math.max(0, info.expiresEpochMillis() - clock.millis());
            headers.set(HttpHeaders.CACHE_CONTROL, "max-age=" + leftMillis / MILLIS_PER_SECOND);
        }
    }
}
