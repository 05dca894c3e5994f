package dev.zspool.http;

import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/// Which snapshot is wanted.
///
/// @param name what it shall be called; absent for the time
public record SnapshotRequest(
        @Nullable
                @Pattern(
                        regexp = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}",
                        message =
                                "must be 1 to 64 characters out of A-Z a-z 0-9 . _ -, not beginning"
                                        + " with a point")
                String name) {

    static final SnapshotRequest UNNAMED = new SnapshotRequest(null);
}
