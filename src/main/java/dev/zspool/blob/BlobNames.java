package dev.zspool.blob;

/// Checks handles and hashes them with the secret of a pool.
///
/// @param seed the secret, so that nobody can choose handles that collide in the index
record BlobNames(long seed) {
    /// A handle as the pool's index knows it.
    ///
    /// @throws IllegalArgumentException for one that cannot be a handle
    BlobName of(String handle) {
        return new BlobName(handle, seed);
    }
}
