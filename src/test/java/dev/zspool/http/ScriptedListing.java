package dev.zspool.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobInfo;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.annotation.security.PermitAll;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/// Lists made-up blobs, as [ListingResource#list] does it, from a disk that does what a test says.
@PermitAll
@Path(ScriptedListing.PATH)
@Singleton
@NonBlocking
public class ScriptedListing {

    static final String PATH = "/scripted-listing";

    static final int PART_BLOBS = 100;

    private final ObjectMapper mapper;
    private final DiskReads disk;

    volatile int parts;

    /// Which parts are on the disk.
    volatile IntPredicate isOnDisk = part -> true;

    /// The part at which the disk fails; -1 for none.
    volatile int unreadableAt;

    /// Runs before each part.
    volatile IntConsumer beforePart = part -> {};

    ScriptedListing(ObjectMapper mapper, DiskReads disk) {
        this.mapper = mapper;
        this.disk = disk;
    }

    void reset() {
        parts = 10;
        isOnDisk = part -> true;
        unreadableAt = -1;
        beforePart = part -> {};
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public void list(@Context ServerRequestContext context) throws JsonProcessingException {
        ListingAnswer.send(
                new BlobPages(new Source(), 1_000_000, mapper.writerFor(ListedBlob.class)),
                (ResteasyReactiveRequestContext) context,
                disk);
    }

    static String handle(int nth) {
        return "blob-" + nth;
    }

    private final class Source implements ListingSource {

        private int part;

        @Override
        public List<BlobInfo> next(int limit) {
            if (mayBlock() && io.vertx.core.Context.isOnEventLoopThread()) {
                throw new IllegalStateException("an event loop waits for the disk");
            }
            beforePart.accept(part);
            int first = part * PART_BLOBS;
            part++;
            return IntStream.range(first, first + PART_BLOBS)
                    .mapToObj(nth ->
                            new BlobInfo(handle(nth), 1, 1, nth, nth, BlobAttributes.NONE, 0, 0))
                    .toList();
        }

        @Override
        public boolean mayBlock() {
            return isOnDisk.test(part);
        }

        @Override
        public boolean isUnreadable() {
            return part == unreadableAt + 1;
        }

        @Override
        public boolean isAtEnd() {
            return part == parts;
        }
    }
}
