package dev.zspool.codec;

final class NativeBlockDamageTest extends BlockDamageContract {
    private final BlockCompressor compressor = new BlockCompressor(Lz4.nativeOrSafe());

    @Override
    BlockCompressor compressor() {
        return compressor;
    }
}
