package dev.zspool.http;

import dev.zspool.blob.BlobInfo;

/// The answer to storing under a new handle.
///
/// @param handle the new handle
/// @param size bytes that were sent
/// @param storedSize bytes they take, compressed
public record StoredBlob(String handle, long size, long storedSize) {

    static StoredBlob of(BlobInfo info) {
        return new StoredBlob(info.handle(), info.sizeBytes(), info.storedBytes());
    }
}
