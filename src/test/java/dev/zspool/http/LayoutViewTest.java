package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.LayoutResult;
import org.junit.jupiter.api.Test;

/// Where a blob lies that is not in memory.
final class LayoutViewTest {

    @Test
    void anEvictedBlobHasPiecesInTheJournal() throws JsonProcessingException {
        BlobInfo info = new BlobInfo("a", 300_000, 120_000, 7, 8, BlobAttributes.NONE, 0, 0);
        assertEquals(
                "{\"handle\":\"a\",\"size\":300000,\"storedSize\":120000,\"resident\":false,"
                        + "\"journalPieces\":2}",
                new ObjectMapper()
                        .writeValueAsString(LayoutView.of(new LayoutResult.Evicted(info, 2))));
    }
}
