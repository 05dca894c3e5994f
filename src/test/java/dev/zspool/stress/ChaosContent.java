package dev.zspool.stress;

import dev.zspool.blob.AppendOutcome;
import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.BlobReader;
import dev.zspool.blob.BlobWrite;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.ReadOutcome;
import dev.zspool.blob.WriteRequest;
import dev.zspool.testkit.Contents;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/// Content that its media type tells, so that a reader who gets bytes of another blob or version
/// sees it.
///
/// @param id of the content
record ChaosContent(long id, int sizeBytes) {
    private static final int BLOCK_BYTES = 1 << 16;

    static ChaosContent random(long id, SplittableRandom random) {
        int kind = random.nextInt(200);
        int most = kind == 0 ? 1_300_000 : kind < 8 ? 300_000 : kind < 40 ? 20_000 : 3_000;
        return new ChaosContent(id, random.nextInt(20) == 0 ? 0 : random.nextInt(most));
    }

    static ChaosContent of(BlobInfo info) {
        String[] parts = typeOf(info).split("/", -1);
        return new ChaosContent(Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
    }

    static String typeOf(BlobInfo info) {
        return Objects.requireNonNull(info.attributes().contentType());
    }

    String type() {
        return "x/" + id + "/" + sizeBytes;
    }

    /// Noise, something that compresses, or one byte over and over.
    byte[] bytes() {
        byte[] bytes = Contents.of(id, sizeBytes);
        int kind = (int) (id % 4);
        int period = kind == 0 ? 1 : kind == 1 ? 100 : sizeBytes;
        for (int at = period; at < sizeBytes; at += period) {
            System.arraycopy(bytes, 0, bytes, at, Math.min(period, sizeBytes - at));
        }
        return bytes;
    }

    /// Hands it in.
    CompletableFuture<PutResult> store(BlobPool pool, WriteRequest request) {
        CompletableFuture<PutResult> answer = new CompletableFuture<>();
        byte[] bytes = bytes();
        BlobWrite write =
                pool.beginWrite(
                        new WriteRequest(
                                request.handle(),
                                new BlobAttributes(type(), null),
                                sizeBytes,
                                request.ttlMillis(),
                                request.condition()));
        AppendOutcome outcome = write.begin(() -> {});
        for (int at = 0; at < sizeBytes && outcome == AppendOutcome.READY; at += BLOCK_BYTES) {
            outcome = write.append(bytes, at, Math.min(BLOCK_BYTES, sizeBytes - at));
        }
        if (outcome == AppendOutcome.PAUSE) {
            write.abort();
            answer.complete(new PutResult.OutOfMemory());
        } else {
            write.commit(answer::complete);
        }
        return answer;
    }

    /// Reads a body to its end, or to where it ends before, following it to the journal.
    ///
    /// @throws ChaosViolation when the bytes are other ones
    static ReadOutcome read(BlobReader reader) {
        ChaosContent wanted = of(reader.info());
        byte[] bytes = new byte[wanted.sizeBytes];
        ChaosViolation.unless(reader.info().sizeBytes() == bytes.length, "" + reader.info());
        for (int block = 0; block < reader.blocks(); block++) {
            ReadOutcome outcome = reader.readBlock(block, bytes, block << 16);
            if (outcome == ReadOutcome.EVICTED) {
                outcome = reader.readBlock(block, bytes, block << 16);
            }
            if (outcome != ReadOutcome.OK) {
                return outcome;
            }
        }
        ChaosViolation.unless(
                Arrays.equals(wanted.bytes(), bytes), reader.info() + " has other bytes");
        return ReadOutcome.OK;
    }
}
