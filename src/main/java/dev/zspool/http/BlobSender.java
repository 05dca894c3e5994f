package dev.zspool.http;

import dev.zspool.blob.BlobInfo;
import io.vertx.core.http.HttpServerResponse;
import java.time.InstantSource;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/// Answers with a blob, past the framework's writers of entities.
///
/// Those would choose a media type for the answer, where the stored one goes out as it is; and
/// choosing costs more than all else in a small read. The framework leaves an answer alone that is
/// complete when the resource method returns, or when it is resumed after having been suspended.
final class BlobSender {

    private BlobSender() {}

    /// Sends the head and the body, whose length is said beforehand.
    ///
    /// Nothing of the answer exists before the first bytes are at hand, so that a failure until
    /// then is still a clean problem.
    static void send(BlobDownload download, ServerRequestContext context) {
        ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
        HttpServerResponse response = request.serverRequest().unwrap(HttpServerResponse.class);
        BlockBuffers first = download.copyOut();
        try {
            setHead(download.info(), download.part(), download.clock(), response);
            first.sendTo(response, download.isShort());
        } finally {
            first.release();
        }
        if (!download.isShort()) {
            BlockStream.start(download.source(), download.part(), response, request);
        }
    }

    /// Sends the head only.
    static void sendHead(
            BlobInfo info, BlobPart part, InstantSource clock, HttpServerResponse response) {
        setHead(info, part, clock, response);
        response.end();
    }

    private static void setHead(
            BlobInfo info, BlobPart part, InstantSource clock, HttpServerResponse response) {
        response.setStatusCode(part.status());
        if (part.status() == BlobPart.NOT_MODIFIED) {
            BlobHeaders.setVersion(info, clock, response.headers());
        } else {
            BlobHeaders.set(info, clock, response.headers());
        }
        if (part.status() == BlobPart.PARTIAL) {
            BlobHeaders.setRange(info, part, response.headers());
        }
    }
}
