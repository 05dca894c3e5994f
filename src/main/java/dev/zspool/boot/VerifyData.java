package dev.zspool.boot;

import dev.zspool.blob.StoredPieces;
import dev.zspool.codec.BlockCompressor;
import dev.zspool.persist.JournalException;
import dev.zspool.persist.JournalVerify;
import dev.zspool.persist.VerifyReport;
import java.nio.file.Path;

/// `./zspool verify [DIRECTORY]`: checks a data directory, or a snapshot, that no process uses.
///
/// Prints a sentence for each thing that is wrong; ends with 1 when there is one, with 2 when the
/// directory cannot be read.
final class VerifyData {
    private static final int DAMAGED = 1;
    private static final int UNREADABLE = 2;

    private VerifyData() {}

    /// The entry point.
    ///
    /// @param arguments the directory
    public static void main(String[] arguments) {
        int status = verify(Path.of(arguments.length > 0 ? arguments[0] : "data"));
        if (status != 0) {
            System.exit(status);
        }
    }

    static int verify(Path root) {
        try {
            VerifyReport report =
                    JournalVerify.run(
                            root,
                            new StoredPieces(BlockCompressor.create()),
                            blobs -> System.err.println(blobs + " blobs verified"));
            report.findings().forEach(System.out::println);
            System.out.println(
                    root
                            + ": "
                            + report.pools()
                            + " pools, "
                            + report.blobs()
                            + " blobs, "
                            + report.pieces()
                            + " pieces, "
                            + (report.isSound()
                                    ? "nothing is wrong"
                                    : report.findingCount() + " things are wrong"));
            return report.isSound() ? 0 : DAMAGED;
        } catch (JournalException failed) {
            System.err.println(failed.getMessage());
            return UNREADABLE;
        }
    }
}
