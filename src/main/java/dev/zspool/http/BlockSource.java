package dev.zspool.http;

import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobReader;
import dev.zspool.blob.ReadOutcome;

/// One version of a blob, to be sent block by block.
interface BlockSource {

    BlobInfo info();

    int blocks();

    int blockBytes(int block);

    /// Copies one block to the start of the destination, all or nothing.
    ReadOutcome read(int block, byte[] destination);

    static BlockSource of(BlobReader reader) {
        return new BlockSource() {
            @Override
            public BlobInfo info() {
                return reader.info();
            }

            @Override
            public int blocks() {
                return reader.blocks();
            }

            @Override
            public int blockBytes(int block) {
                return reader.blockBytes(block);
            }

            @Override
            public ReadOutcome read(int block, byte[] destination) {
                return reader.readBlock(block, destination, 0);
            }
        };
    }
}
