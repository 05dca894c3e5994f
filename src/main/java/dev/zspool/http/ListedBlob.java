package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.zspool.blob.BlobInfo;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A blob in a list.
///
/// @param handle its handle
/// @param size bytes of its content
/// @param storedSize what is stored of them
/// @param etag its entity tag, quotes included
/// @param lastModified when this version was stored, in UTC
/// @param contentType as it was stored, if there was one
/// @param contentEncoding as it was stored, if there was one
/// @param expires the end of its life, in UTC, if it has one
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({
    "handle",
    "size",
    "storedSize",
    "etag",
    "lastModified",
    "contentType",
    "contentEncoding",
    "expires"
})
record ListedBlob(
        String handle,
        long size,
        long storedSize,
        String etag,
        Instant lastModified,
        @Nullable String contentType,
        @Nullable String contentEncoding,
        @Nullable Instant expires) {

    static ListedBlob of(BlobInfo info) {
        return new ListedBlob(
                info.handle(),
                info.sizeBytes(),
                info.storedBytes(),
                EntityTag.of(info),
                Instant.ofEpochSecond(info.modifiedEpochSeconds()),
                info.attributes().contentType(),
                info.attributes().contentEncoding(),
                info.expiresEpochMillis() == BlobInfo.NEVER_EXPIRES
                        ? null
                        : Instant.ofEpochMilli(info.expiresEpochMillis()));
    }
}
