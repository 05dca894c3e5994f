package dev.zspool.crash;

/// A handle as the harness knows it. One client thread writes it.
final class ModelBlob {
    private final String pool;
    private final String handle;
    private final History<BlobState> history = new History<>(BlobState.absent(0, 0));
    private long versions;

    ModelBlob(String pool, String handle) {
        this.pool = pool;
        this.handle = handle;
    }

    String handle() {
        return handle;
    }

    /// What its contents follow from.
    String key() {
        return pool + '/' + handle;
    }

    String path() {
        return "/v1/pools/" + pool + "/blobs/" + handle;
    }

    History<BlobState> history() {
        return history;
    }

    /// How many writes of it were tried.
    long versions() {
        return versions;
    }

    /// A number that no write of it had.
    long nextVersion() {
        return ++versions;
    }
}
