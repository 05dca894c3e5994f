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
    static void send(BlobDownload download, ServerRequestContext context, DiskReads disk) {
        ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
        HttpServerResponse response = request.serverRequest().unwrap(HttpServerResponse.class);
        if (download.copyOut(false)) {
            sendBody(download, response, request, disk);
        } else {
            disk.answer(new BodyFromDisk(download, response, request, disk), response, request);
        }
    }

    /// Sends the head only.
    static void sendHead(BlobDownload download, ServerRequestContext context, DiskReads disk) {
        ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
        HttpServerResponse response = request.serverRequest().unwrap(HttpServerResponse.class);
        if (download.open(false)) {
            endWithHead(download, response);
        } else {
            disk.answer(new HeadFromDisk(download, response), response, request);
        }
    }

    private record BodyFromDisk(
            BlobDownload download,
            HttpServerResponse response,
            ResteasyReactiveRequestContext request,
            DiskReads disk)
            implements DiskReads.Answer {

        @Override
        public void read() {
            download.copyOut(true);
        }

        @Override
        public boolean write() {
            return sendBody(download, response, request, disk);
        }

        @Override
        public void release() {
            download.buffers().release();
        }
    }

    private record HeadFromDisk(BlobDownload download, HttpServerResponse response)
            implements DiskReads.Answer {

        @Override
        public void read() {
            download.open(true);
        }

        @Override
        public boolean write() {
            endWithHead(download, response);
            return true;
        }

        @Override
        public void release() {
            // It holds nothing.
        }
    }

    private static boolean sendBody(
            BlobDownload download,
            HttpServerResponse response,
            ResteasyReactiveRequestContext request,
            DiskReads disk) {
        boolean isShort = download.isShort();
        try {
            setHead(download.info(), download.part(), download.clock(), response);
            download.buffers().sendTo(response, isShort);
        } finally {
            download.buffers().release();
        }
        if (!isShort) {
            BlockStream.start(download, response, request, disk);
        }
        return isShort;
    }

    private static void endWithHead(BlobDownload download, HttpServerResponse response) {
        setHead(download.info(), download.part(), download.clock(), response);
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
