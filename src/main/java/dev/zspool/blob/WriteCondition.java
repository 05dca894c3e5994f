package dev.zspool.blob;

import java.util.Optional;

/// Decides, while no other write of the same handle can happen, whether a write may go on.
@FunctionalInterface
public interface WriteCondition {
    /// Any state of the handle will do.
    WriteCondition ALWAYS = published -> true;

    /// Tells whether the write may go on.
    ///
    /// @param published what is published under the handle now, empty when there is nothing
    boolean allows(Optional<BlobInfo> published);
}
