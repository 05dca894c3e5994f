package dev.zspool.http;

import dev.zspool.blob.BlobPool;
import dev.zspool.blob.OpenResult;
import org.jspecify.annotations.Nullable;

/// Opens the version of one blob that is published at that moment.
interface BlobOpener {

    /// Opens it if it is in memory.
    ///
    /// @return null when only the disk knows: then {@link #fetch} does
    /// @throws ProblemException when there is no such blob, or it is damaged
    @Nullable BlockSource open();

    /// Opens it wherever it is. Waits for the disk: not for an event loop.
    ///
    /// @throws ProblemException when there is no such blob, it is damaged, or the disk cannot be
    ///   read
    BlockSource fetch();

    static BlobOpener of(BlobPool pool, String handle) {
        return new BlobOpener() {
            @Override
            public @Nullable BlockSource open() {
                return opened(pool.open(handle));
            }

            @Override
            public BlockSource fetch() {
                BlockSource source = opened(pool.fetch(handle));
                if (source == null) {
                    throw new IllegalStateException("fetched, and not in memory: " + handle);
                }
                return source;
            }
        };
    }

    private static @Nullable BlockSource opened(OpenResult result) {
        return switch (result) {
            case OpenResult.Found found -> BlockSource.of(found.reader());
            case OpenResult.NotInMemory _ -> null;
            case OpenResult.Missing _ -> throw BlobProblems.missing();
            case OpenResult.Corrupted _ -> throw BlobProblems.corrupted();
            case OpenResult.Unreadable _ -> throw BlobProblems.unreadable();
        };
    }
}
