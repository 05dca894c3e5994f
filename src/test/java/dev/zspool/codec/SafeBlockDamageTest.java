package dev.zspool.codec;

final class SafeBlockDamageTest extends BlockDamageContract {
    private final BlockCompressor compressor =
            new BlockCompressor(Lz4.safe("asked for by the test"));

    @Override
    BlockCompressor compressor() {
        return compressor;
    }
}
