package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;

/// How much garbage a GET and a PUT of 1 KiB make.
class BlobAllocationTest {
    private static final int BLOB_BYTES = 1_024;
    private static final int WARM_UP = 20_000;
    private static final int ROUNDS = 10_000;
    private static final double MOST_GET_BYTES = 1_800;
    private static final double MOST_PUT_BYTES = 4_500;
    private static final double MOST_MISS_BYTES = 300;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private static double bytesPerCall(Runnable call) {
        for (int i = 0; i < WARM_UP; i++) {
            call.run();
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            call.run();
        }
        return (THREADS.getCurrentThreadAllocatedBytes() - before) / (double) ROUNDS;
    }

    private static void expect(String what, Runnable call, double most, TestReporter reporter) {
        double bytes = bytesPerCall(call);
        reporter.publishEntry(what, String.format(Locale.ROOT, "%.0f bytes a call", bytes));
        assertTrue(bytes <= most, () -> what + ": " + bytes + " bytes a call");
        assertTrue(bytes > 0, "the measurement sees allocation");
    }

    @Test
    @DisplayName("a GET, a PUT and a miss")
    void garbage(TestReporter reporter) {
        BlobRig rig = rigs.small();
        byte[] content = BlobContent.TEXT.of(BLOB_BYTES, 1);
        byte[] room = new byte[BLOB_BYTES];
        expect(
                "PUT",
                () -> {
                    BlobWrite write =
                            rig.pool().beginWrite("h", BlobAttributes.NONE, content.length);
                    assertEquals(AppendOutcome.READY, write.begin(() -> {}));
                    assertEquals(AppendOutcome.READY, write.append(content, 0, content.length));
                    write.commit(BlobRig::stored);
                },
                MOST_PUT_BYTES,
                reporter);
        expect(
                "GET",
                () -> assertEquals(ReadOutcome.OK, rig.reader("h").readBlock(0, room, 0)),
                MOST_GET_BYTES,
                reporter);
        expect("miss", () -> rig.get("nobody"), MOST_MISS_BYTES, reporter);
    }
}
