package dev.zspool.persist;

/// Looks into pieces: the journal itself knows only that their bytes are those that were written.
@FunctionalInterface
public interface PieceVerifier {
    /// Takes every piece for sound.
    PieceVerifier NONE = (meta, piece, bytes, length) -> true;

    /// Whether a piece's content is what its hashes say.
    ///
    /// @param bytes has the piece at index 0
    boolean isSound(BlobMeta meta, int piece, byte[] bytes, int length);
}
