package dev.zspool.blob;

import dev.zspool.codec.BlockCodec;
import dev.zspool.zsmalloc.ObjectPlace;
import java.util.List;
import java.util.OptionalInt;

/// Where one version of a blob lay, object by object. Places are of slightly different moments:
/// objects move while their blob stays what it is.
///
/// @param info the blob
/// @param root the object that leads to all others
/// @param branches those that lead to the blocks below; none where the root has room for that
/// @param blocks some of its blocks, in order
/// @param nextAfter the block behind which to go on, empty at the end
public record BlobLayout(
        BlobInfo info,
        Piece root,
        List<Piece> branches,
        List<Block> blocks,
        OptionalInt nextAfter) {

    public BlobLayout {
        branches = List.copyOf(branches);
        blocks = List.copyOf(blocks);
    }

    /// An object of the pool below.
    ///
    /// @param object the pool's handle for it
    /// @param place where it lay
    public record Piece(long object, ObjectPlace place) {}

    /// 64 KiB of content, or what is left at the end.
    ///
    /// @param block its number, from 0
    /// @param codec how it is stored
    /// @param sizeBytes how long it is
    /// @param storedBytes what is stored of it; 0 for one word over and over
    /// @param chunks what that is in; none when it is in the root, or nothing
    public record Block(
            int block, BlockCodec codec, int sizeBytes, int storedBytes, List<Piece> chunks) {
        public Block {
            chunks = List.copyOf(chunks);
        }
    }
}
