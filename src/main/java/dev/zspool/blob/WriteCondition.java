package dev.zspool.blob;

import java.util.Optional;

/// Decides, while no other write of the same handle can happen, whether a write may go on.
///
/// One that throws does not hold; the exception goes to the thread that ran it. It must not wait
/// for another write.
@FunctionalInterface
public interface WriteCondition {
    /// Any state of the handle will do.
    WriteCondition ALWAYS = published -> true;

    /// Tells whether the write may go on.
    ///
    /// @param published what is published under the handle now, empty when there is nothing
    boolean allows(Optional<BlobInfo> published);
}
