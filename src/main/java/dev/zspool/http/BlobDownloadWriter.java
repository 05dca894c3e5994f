package dev.zspool.http;

import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/// Sends the body of a blob, with its length said beforehand.
///
/// Nothing of the answer exists before the first bytes are at hand, so that a failure until then is
/// still a clean problem.
@Provider
public final class BlobDownloadWriter implements ServerMessageBodyWriter<BlobDownload> {

    @Override
    public void writeResponse(
            BlobDownload download, Type genericType, ServerRequestContext context) {
        ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
        BlockBuffers first = download.copyOut();
        try {
            request.serverResponse().setPreCommitListener(null);
            HttpServerResponse response = request.serverRequest().unwrap(HttpServerResponse.class);
            BlobHeaders.set(download.info(), response.headers());
            if (download.isWhole()) {
                first.sendTo(response, true);
            } else {
                first.sendTo(response, false);
                BlockStream.start(download.source(), response, request);
            }
        } finally {
            first.release();
        }
    }

    @Override
    public boolean isWriteable(
            Class<?> type,
            Type genericType,
            ResteasyReactiveResourceInfo target,
            MediaType mediaType) {
        return type == BlobDownload.class;
    }

    @Override
    public boolean isWriteable(
            Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == BlobDownload.class;
    }

    /// The blocking way, which the framework takes only for writers of another kind.
    @Override
    public void writeTo(
            BlobDownload download,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream body) {
        throw new UnsupportedOperationException("a blob is not written to a stream");
    }
}
