package dev.zspool.blob;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a client says of a blob's content beside the bytes. Kept and given back byte for byte,
/// never interpreted.
///
/// @param contentType the media type, null when none was given
/// @param contentEncoding the content coding, null when none was given
public record BlobAttributes(@Nullable String contentType, @Nullable String contentEncoding) {
    /// The longest attribute in bytes of UTF-8.
    public static final int MAX_BYTES = 255;

    /// Neither type nor encoding.
    public static final BlobAttributes NONE = new BlobAttributes(null, null);

    /// @throws IllegalArgumentException when one is longer than {@link #MAX_BYTES}
    public BlobAttributes {
        checkLength("contentType", contentType);
        checkLength("contentEncoding", contentEncoding);
    }

    private static void checkLength(String name, @Nullable String value) {
        if (value != null && value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    name + " of " + value.length() + " characters is longer than " + MAX_BYTES);
        }
    }
}
