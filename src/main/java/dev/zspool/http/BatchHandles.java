package dev.zspool.http;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;

/// Which blobs a batch is about.
///
/// @param handles in the order in which they are to be answered; one may be there twice
public record BatchHandles(
        @NotNull(message = "must be there")
                @Size(min = 1, max = BatchHandles.MOST, message = "must have 1 to 1000 handles")
                List<
                                @NotNull(message = "must be a handle, not null")
                                @Pattern(
                                        regexp = "[A-Za-z0-9._~-]{1,128}",
                                        message = "must be " + Handles.GRAMMAR)
                                String>
                        handles) {

    static final int MOST = 1_000;
}
