package dev.zspool.http;

import dev.zspool.blob.BlobInfo;

/// What of a version goes out: its bytes `[startByte, endByte)`, and the status that says so.
record BlobPart(int status, long startByte, long endByte) {

    static final int WHOLE = 200;
    static final int NOT_MODIFIED = 304;

    static BlobPart whole(BlobInfo info) {
        return new BlobPart(WHOLE, 0, info.sizeBytes());
    }

    /// Nothing: the client has it.
    static BlobPart notModified() {
        return new BlobPart(NOT_MODIFIED, 0, 0);
    }
}
