package dev.zspool.blob;

/// Not even the first frame of a pool's index is to be had.
final class NoFrameException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NoFrameException() {
        super("no frame for an index");
    }
}
