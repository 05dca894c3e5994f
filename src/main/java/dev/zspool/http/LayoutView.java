package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobLayout;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.LayoutResult;
import dev.zspool.codec.BlockCodec;
import dev.zspool.zsmalloc.ObjectPlace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a blob lies.
///
/// @param handle the blob's handle
/// @param size bytes of its content
/// @param storedSize what is stored of them
/// @param resident whether it is in memory; if not, it is in the journal, and nothing but its
///   pieces there can be told
/// @param journalPieces how many pieces it has there; absent while it is in memory
/// @param root the object that leads to all others
/// @param branches those that lead to the blocks below
/// @param blocks some of its blocks, in order
/// @param next the block behind which to go on; absent at the end
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LayoutView(
        String handle,
        long size,
        long storedSize,
        boolean resident,
        @Nullable Integer journalPieces,
        @Nullable Piece root,
        @Nullable List<Piece> branches,
        @Nullable List<Block> blocks,
        @Nullable Integer next) {

    /// An object.
    ///
    /// @param object the pool's handle for it
    /// @param classIndex its size class
    /// @param size bytes of its slot
    /// @param zspage its zspage's number
    /// @param position which page of the zspage its slot begins on
    /// @param slot its slot in the zspage
    /// @param frame the frame in which the slot begins
    /// @param offset where in the frame
    /// @param resident whether it is in memory
    public record Piece(
            long object,
            @JsonProperty("class") int classIndex,
            int size,
            int zspage,
            int position,
            int slot,
            int frame,
            int offset,
            boolean resident) {

        private static Piece of(BlobLayout.Piece piece) {
            ObjectPlace place = piece.place();
            return new Piece(
                    piece.object(),
                    place.classIndex(),
                    place.slotBytes(),
                    place.zspage(),
                    place.position(),
                    place.slot(),
                    place.frame(),
                    place.offsetBytes(),
                    true);
        }
    }

    /// A block.
    ///
    /// @param block its number
    /// @param codec how it is stored
    /// @param size bytes of its content
    /// @param storedSize what is stored of them
    /// @param chunks the objects that has
    public record Block(int block, BlockCodec codec, int size, int storedSize, List<Piece> chunks) {

        private static Block of(BlobLayout.Block block) {
            return new Block(
                    block.block(),
                    block.codec(),
                    block.sizeBytes(),
                    block.storedBytes(),
                    block.chunks().stream().map(Piece::of).toList());
        }
    }

    /// Where a blob lies now, or a problem.
    static LayoutView of(BlobPool pool, String handle, Paging paging) {
        for (int tries = 0; tries < BlobDownload.MAX_TRIES; tries++) {
            switch (pool.layout(handle, paging.after(), paging.limit())) {
                case LayoutResult.Found found -> {
                    return of(found.layout());
                }
                case LayoutResult.Missing _ -> throw BlobProblems.missing();
                case LayoutResult.Corrupted _ -> throw BlobProblems.corrupted();
                case LayoutResult.Evicted evicted -> {
                    return of(evicted);
                }
                case LayoutResult.Unreadable _ -> throw BlobProblems.unreadable();
                case LayoutResult.Replaced _ -> {}
            }
        }
        throw BlobProblems.changing();
    }

    static LayoutView of(LayoutResult.Evicted evicted) {
        BlobInfo info = evicted.info();
        return new LayoutView(
                info.handle(),
                info.sizeBytes(),
                info.storedBytes(),
                false,
                evicted.pieces(),
                null,
                null,
                null,
                null);
    }

    private static LayoutView of(BlobLayout layout) {
        return new LayoutView(
                layout.info().handle(),
                layout.info().sizeBytes(),
                layout.info().storedBytes(),
                true,
                null,
                Piece.of(layout.root()),
                layout.branches().stream().map(Piece::of).toList(),
                layout.blocks().stream().map(Block::of).toList(),
                layout.nextAfter().isPresent() ? layout.nextAfter().getAsInt() : null);
    }
}
