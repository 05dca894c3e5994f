package dev.zspool.codec;

final class NativeBlockCompressorTest extends BlockCompressorContract {
    private final Lz4 lz4 = Lz4.nativeOrSafe();

    @Override
    BlockCompressor compressor() {
        return new BlockCompressor(lz4);
    }

    @Override
    Lz4 lz4() {
        return lz4;
    }
}
