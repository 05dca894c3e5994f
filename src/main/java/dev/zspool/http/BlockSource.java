package dev.zspool.http;

import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobReader;
import dev.zspool.blob.ReadOutcome;

/// One version of a blob, to be sent block by block. Used by one thread at a time.
interface BlockSource {

    BlobInfo info();

    /// Whether reading a block may wait for the disk: then it is not for an event loop. May change
    /// with any read.
    boolean mayBlock();

    /// Copies one block to the start of the destination, all or nothing.
    ReadOutcome read(int block, byte[] destination);

    static BlockSource of(BlobReader reader) {
        return new BlockSource() {
            @Override
            public BlobInfo info() {
                return reader.info();
            }

            @Override
            public boolean mayBlock() {
                return reader.mayBlock();
            }

            @Override
            public ReadOutcome read(int block, byte[] destination) {
                return reader.readBlock(block, destination, 0);
            }
        };
    }
}
