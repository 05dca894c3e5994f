package dev.zspool.blob;

/// A change that the journal has and memory has not: the pool was about to be destroyed.
///
/// @param root that was to be published, {@link BlobIndex#NONE} for a removal
record Missed(BlobName name, long root) {}
