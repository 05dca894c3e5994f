package dev.zspool.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Which LZ4 runs, and that both read what the other wrote.
final class Lz4Test {
    private final Random random = ReplaySeed.random("lz4");

    @Test
    void theNativeLibraryRunsHereAndSaysSo() {
        BlockCompressor compressor = BlockCompressor.create();
        assertEquals("JNI", compressor.implementation());
        assertEquals("", compressor.fallbackReason());
    }

    static List<Throwable> reasonsNotToLoad() {
        return List.of(
                new UnsatisfiedLinkError("no lz4-java in java.library.path"),
                new ExceptionInInitializerError("cannot unpack"),
                new AssertionError("self-test"),
                new IllegalCallerException("native access is denied"),
                new UnsupportedOperationException("unknown machine"));
    }

    @ParameterizedTest
    @MethodSource("reasonsNotToLoad")
    void whatCannotBeLoadedIsReplacedAndTold(Throwable reason) {
        Lz4 lz4 =
                Lz4.nativeOrSafe(() -> {
                    throw Lz4Test.<RuntimeException>unchecked(reason);
                });
        BlockCompressor compressor = new BlockCompressor(lz4);
        assertEquals("JavaSafe", compressor.implementation());
        assertEquals(reason.toString(), compressor.fallbackReason());
        assertComesBack(compressor, compressor, BlockKind.TEXT);
    }

    @ParameterizedTest
    @EnumSource
    void eachReadsWhatTheOtherWrote(BlockKind kind) {
        BlockCompressor jni = BlockCompressor.create();
        BlockCompressor java = new BlockCompressor(Lz4.safe("to compare"));
        assertComesBack(jni, java, kind);
        assertComesBack(java, jni, kind);
    }

    private void assertComesBack(BlockCompressor writer, BlockCompressor reader, BlockKind kind) {
        byte[] content = kind.content(random);
        StoredBlock.Decoded decoded = StoredBlock.encode(writer, content).decode(reader);
        assertTrue(decoded.accepted());
        assertArrayEquals(content, decoded.bytes());
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T unchecked(Throwable any) throws T {
        throw (T) any;
    }
}
