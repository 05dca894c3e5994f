package dev.zspool.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.zspool.blob.BlobInfo;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// A list of blobs as JSON, piece by piece.
///
/// Of one request; nothing of a piece is kept when it is given out.
final class BlobPages {

    /// Blobs in a piece: some 60 KiB.
    private static final int PIECE_BLOBS = 250;

    private final ListingSource listing;
    private final ObjectWriter json;
    private int remaining;
    private boolean begun;
    private boolean ended;
    private @Nullable String last;

    /// @param limit how many blobs at most
    BlobPages(ListingSource listing, int limit, ObjectWriter json) {
        this.listing = listing;
        this.remaining = limit;
        this.json = json;
    }

    boolean isEnded() {
        return ended;
    }

    /// Whether the next piece may wait for the disk: then it is not for an event loop.
    boolean mayBlock() {
        return listing.mayBlock();
    }

    /// The next piece. Nobody knows whether a list is complete before he has looked for one blob
    /// more.
    ///
    /// @throws ProblemException when the disk cannot be read
    Buffer next() throws JsonProcessingException {
        Buffer piece = Buffer.buffer();
        if (!begun) {
            begun = true;
            piece.appendString("{\"blobs\":[");
        }
        for (BlobInfo blob : listing.next(Math.min(remaining + 1, PIECE_BLOBS))) {
            if (remaining == 0) {
                end(piece, true);
                return piece;
            }
            if (last != null) {
                piece.appendString(",");
            }
            piece.appendBytes(json.writeValueAsBytes(ListedBlob.of(blob)));
            last = blob.handle();
            remaining--;
        }
        if (listing.isUnreadable()) {
            throw BlobProblems.unreadable();
        }
        if (listing.isAtEnd()) {
            end(piece, false);
        }
        return piece;
    }

    private void end(Buffer piece, boolean more) {
        ended = true;
        piece.appendString("]");
        if (more) {
            // A handle needs no escapes.
            piece.appendString(",\"next\":\"" + last + '"');
        }
        piece.appendString("}");
    }
}
