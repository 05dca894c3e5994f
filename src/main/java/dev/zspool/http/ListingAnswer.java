package dev.zspool.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jspecify.annotations.Nullable;

/// Sends a list piece by piece. Pieces that the disk knows of are made by another thread.
final class ListingAnswer implements PacedAnswer.Step, DiskReads.Answer {

    private final BlobPages pages;
    private final HttpServerResponse response;
    private final ResteasyReactiveRequestContext request;
    private final DiskReads disk;

    /// What was made and is not sent yet.
    private @Nullable Buffer piece;

    private ListingAnswer(
            BlobPages pages,
            HttpServerResponse response,
            ResteasyReactiveRequestContext request,
            DiskReads disk) {
        this.pages = pages;
        this.response = response;
        this.request = request;
        this.disk = disk;
    }

    /// The first piece is made before anything of the answer exists, so that a failure until then
    /// is a clean problem.
    static void send(BlobPages pages, ResteasyReactiveRequestContext request, DiskReads disk)
            throws JsonProcessingException {
        HttpServerResponse response = request.serverRequest().unwrap(HttpServerResponse.class);
        ListingAnswer answer = new ListingAnswer(pages, response, request, disk);
        if (pages.mayBlock()) {
            disk.answer(answer, response, request);
        } else {
            answer.read();
            answer.write();
        }
    }

    @Override
    public void read() throws JsonProcessingException {
        piece = pages.next();
    }

    @Override
    public boolean write() {
        response.headers().set(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON);
        if (request.getMethod().equals(HttpMethod.HEAD.name())) {
            response.end();
            return true;
        }
        response.setChunked(!pages.isEnded());
        if (writePiece(response)) {
            return true;
        }
        PacedAnswer.start(this, response, request, disk);
        return false;
    }

    @Override
    public PacedAnswer.Progress write(HttpServerResponse to) throws JsonProcessingException {
        if (piece == null) {
            if (pages.mayBlock()) {
                return PacedAnswer.Progress.NEEDS_DISK;
            }
            read();
        }
        return writePiece(to) ? PacedAnswer.Progress.DONE : PacedAnswer.Progress.MORE;
    }

    /// @return whether it was the last one
    private boolean writePiece(HttpServerResponse to) {
        Buffer made = piece == null ? Buffer.buffer() : piece;
        piece = null;
        if (pages.isEnded()) {
            to.end(made);
        } else if (made.length() > 0) {
            to.write(made);
        }
        return pages.isEnded();
    }

    @Override
    public void release() {
        // Pieces are on the heap.
    }
}
