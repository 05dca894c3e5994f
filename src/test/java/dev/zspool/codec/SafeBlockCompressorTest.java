package dev.zspool.codec;

final class SafeBlockCompressorTest extends BlockCompressorContract {
    private final Lz4 lz4 = Lz4.safe("asked for by the test");

    @Override
    BlockCompressor compressor() {
        return new BlockCompressor(lz4);
    }

    @Override
    Lz4 lz4() {
        return lz4;
    }
}
