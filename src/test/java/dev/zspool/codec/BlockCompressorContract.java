package dev.zspool.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every block compressor does with sound blocks and with wrong arguments.
abstract class BlockCompressorContract {
    private final Random random = ReplaySeed.random("contract");

    abstract BlockCompressor compressor();

    @ParameterizedTest
    @EnumSource
    void everyKindComesBack(BlockKind kind) {
        byte[] content = kind.content(random);
        StoredBlock stored = StoredBlock.encode(compressor(), content);
        StoredBlock.Decoded decoded = stored.decode(compressor());
        assertTrue(decoded.accepted());
        assertArrayEquals(content, decoded.bytes());
    }

    @ParameterizedTest
    @EnumSource
    void everyKindIsStoredAsItShould(BlockKind kind) {
        StoredBlock stored = StoredBlock.encode(compressor(), kind.content(random));
        assertEquals(kind.codec, stored.codec());
        switch (kind.codec) {
            case RAW -> assertEquals(kind.length, stored.bytes().length);
            case FILLED -> assertEquals(Math.min(8, kind.length), stored.bytes().length);
            case LZ4 -> assertTrue(stored.bytes().length <= kind.length - 16);
        }
    }

    @Test
    void everyLengthComesBack() {
        byte[] text = BlockKind.TEXT_64K.content(random);
        for (int length = 0; length < 600; length++) {
            int from = random.nextInt(text.length - length);
            byte[] content = Arrays.copyOfRange(text, from, from + length);
            StoredBlock.Decoded decoded =
                    StoredBlock.encode(compressor(), content).decode(compressor());
            assertTrue(decoded.accepted(), "length " + length);
            assertArrayEquals(content, decoded.bytes(), "length " + length);
        }
    }

    /// Makes the compressible part of a block longer byte by byte, so that what LZ4 saves crosses
    /// one size-class step. Always the same ten blocks: in some noise LZ4 jumps over one of the
    /// values.
    @Test
    void lz4IsTakenFromOneSizeClassStepOn() {
        boolean justEnough = false;
        boolean justTooLittle = false;
        for (int block = 0; block < 10; block++) {
            byte[] noise = BlockKind.RANDOM_ODD.content(new Random(block));
            for (int run = 0; run < 100; run++) {
                byte[] content = noise.clone();
                Arrays.fill(content, 100, 100 + run, (byte) 'x');
                int saved = savedByLz4(content);
                justEnough |= saved == 16;
                justTooLittle |= saved == 15;
                StoredBlock stored = StoredBlock.encode(compressor(), content);
                BlockCodec expected = saved >= 16 ? BlockCodec.LZ4 : BlockCodec.RAW;
                assertEquals(expected, stored.codec(), "LZ4 saves " + saved);
                int shorter = content.length - stored.bytes().length;
                assertEquals(saved >= 16 ? saved : 0, shorter);
            }
        }
        assertTrue(justEnough && justTooLittle, "the sweep must reach both sides of the threshold");
    }

    /// The shortest block that LZ4 can make 16 bytes shorter, and the ones around it.
    @Test
    void shortBlocksAreStoredAsLz4WhereItPays() {
        int shortest = Integer.MAX_VALUE;
        for (int length = 9; length < 64; length++) {
            byte[] content = new byte[length];
            content[length - 1] = 1;
            boolean pays = savedByLz4(content) >= 16;
            StoredBlock stored = StoredBlock.encode(compressor(), content);
            assertEquals(pays ? BlockCodec.LZ4 : BlockCodec.RAW, stored.codec(), "of " + length);
            shortest = pays ? Math.min(shortest, length) : shortest;
        }
        assertTrue(shortest < 32, "the sweep must find a short block that pays: " + shortest);
    }

    @Test
    void encodeRefusesWrongArguments() {
        BlockCompressor compressor = compressor();
        byte[] scratch = new byte[BlockCompressor.SCRATCH_BYTES];
        byte[] tooLong = new byte[65_537];
        byte[] shortScratch = new byte[BlockCompressor.SCRATCH_BYTES - 1];
        assertThrows(
                IllegalArgumentException.class,
                () -> compressor.encode(tooLong, 0, 65_537, scratch));
        assertThrows(
                IllegalArgumentException.class,
                () -> compressor.encode(tooLong, 0, 1, shortScratch));
        assertThrows(
                IndexOutOfBoundsException.class, () -> compressor.encode(tooLong, -1, 1, scratch));
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> compressor.encode(tooLong, 65_530, 8, scratch));
    }

    @Test
    void decodeRefusesEveryRangeThatDoesNotFit() {
        for (BlockCodec codec : BlockCodec.values()) {
            int[] wrong = {Integer.MIN_VALUE, -1, 65, 1 << 24, Integer.MAX_VALUE};
            for (int value : wrong) {
                assertRefused(BlockCompressor.encoded(codec, value), 0, 0, 64);
                assertRefused(BlockCompressor.encoded(codec, 64), value, 0, 64);
                assertRefused(BlockCompressor.encoded(codec, 64), 0, value, 64);
                assertRefused(BlockCompressor.encoded(codec, 64), 0, 0, value);
            }
            assertRefused(BlockCompressor.encoded(codec, 64), 1, 0, 64);
            assertRefused(BlockCompressor.encoded(codec, 8), 0, 1, 64);
        }
        assertRefused(64 | 3 << 24, 0, 0, 64);
        assertRefused(64 | 255 << 24, 0, 0, 64);
    }

    @Test
    void decodeTakesRangesThatFillTheirArrays() {
        byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8};
        for (BlockCodec codec : new BlockCodec[] {BlockCodec.RAW, BlockCodec.FILLED}) {
            byte[] destination = new byte[8];
            int encoded = BlockCompressor.encoded(codec, 8);
            assertTrue(compressor().decode(encoded, bytes, 0, destination, 0, 8));
            assertArrayEquals(bytes, destination);
        }
        int nothing = BlockCompressor.encoded(BlockCodec.RAW, 0);
        assertTrue(compressor().decode(nothing, bytes, 8, bytes.clone(), 8, 0));
    }

    @Test
    void aStoredLengthThatDoesNotMatchWritesNothing() {
        assertRefused(BlockCompressor.encoded(BlockCodec.RAW, 63), 0, 0, 64);
        assertRefused(BlockCompressor.encoded(BlockCodec.RAW, 64), 0, 0, 63);
        assertRefused(BlockCompressor.encoded(BlockCodec.FILLED, 7), 0, 0, 64);
        assertRefused(BlockCompressor.encoded(BlockCodec.FILLED, 9), 0, 0, 64);
        assertRefused(BlockCompressor.encoded(BlockCodec.FILLED, 8), 0, 0, 7);
    }

    @Test
    void decodeRefusesMoreThanTheLongestBlock() {
        byte[] bytes = new byte[65_537];
        for (BlockCodec codec : BlockCodec.values()) {
            int whole = codec.id() << 24 | bytes.length;
            assertFalse(compressor().decode(whole, bytes, 0, bytes.clone(), 0, bytes.length));
        }
        int word = BlockCompressor.encoded(BlockCodec.FILLED, 8);
        assertFalse(compressor().decode(word, bytes, 0, bytes.clone(), 0, 65_537));
        assertTrue(compressor().decode(word, bytes, 0, bytes.clone(), 0, 65_536));
    }

    private void assertRefused(int encoded, int storedOffset, int offset, int length) {
        byte[] destination = new byte[64];
        Arrays.fill(destination, (byte) 7);
        byte[] before = destination.clone();
        assertFalse(
                compressor()
                        .decode(encoded, new byte[64], storedOffset, destination, offset, length));
        assertArrayEquals(before, destination, "a refused range is not written to");
    }

    /// The library behind the compressor under test.
    abstract Lz4 lz4();

    private int savedByLz4(byte[] content) {
        byte[] scratch = new byte[BlockCompressor.SCRATCH_BYTES];
        return content.length - lz4().compress(content, 0, content.length, scratch);
    }
}
