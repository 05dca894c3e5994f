package dev.zspool.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every block compressor does with blocks that are not what was stored: refuse them, or give
/// bytes that the hash tells from the content; never throw, never write outside, and never show
/// what was in the destination before. [StoredBlock#decode] looks at the guards each time.
abstract class BlockDamageContract {
    private static final byte[] ZEROS = new byte[BlockCompressor.MAX_BLOCK_BYTES + 1];

    private final Random random = ReplaySeed.random("damage");

    abstract BlockCompressor compressor();

    /// Decodes twice over different dirt and checks what holds for any input.
    ///
    /// @return true when the block was accepted
    private boolean decodeDamaged(StoredBlock damaged, int length) {
        StoredBlock.Decoded first = damaged.decode(compressor(), length, (byte) 0x55);
        StoredBlock.Decoded second = damaged.decode(compressor(), length, (byte) 0xAA);
        assertEquals(first.accepted(), second.accepted());
        if (!first.accepted()) {
            return false;
        }
        assertArrayEquals(first.bytes(), second.bytes(), "shows what was there before");
        if (!Arrays.equals(damaged.content(), first.bytes())) {
            assertFalse(damaged.passesFor(first.bytes()), "wrong bytes with the right hash");
        }
        return true;
    }

    @ParameterizedTest
    @EnumSource
    void everyFlippedByteIsRefusedOrSeenByTheHash(BlockKind kind) {
        StoredBlock stored = StoredBlock.encode(compressor(), kind.content(random));
        int step = Math.max(1, stored.bytes().length / 3000);
        int different = 0;
        for (int at = 0; at < stored.bytes().length; at += step) {
            byte[] flipped = stored.bytes().clone();
            flipped[at] ^= (byte) (at % 2 == 0 ? 0xFF : 1 << random.nextInt(8));
            StoredBlock damaged = stored.withBytes(flipped);
            if (!decodeDamaged(damaged, kind.length)
                    || !damaged.passesFor(damaged.decode(compressor()).bytes())) {
                different++;
            }
        }
        int flips = (stored.bytes().length + step - 1) / step;
        // A flip may, rarely, name another copy of the same bytes; then nothing was lost.
        assertTrue(different >= flips * 9 / 10, different + " of " + flips + " flips were noticed");
    }

    @ParameterizedTest
    @EnumSource
    void everyCutBlockIsRefused(BlockKind kind) {
        StoredBlock stored = StoredBlock.encode(compressor(), kind.content(random));
        int step = Math.max(1, stored.bytes().length / 1000);
        for (int length = 0; length < stored.bytes().length; length += step) {
            StoredBlock cut = stored.withBytes(Arrays.copyOf(stored.bytes(), length));
            assertFalse(decodeDamaged(cut, kind.length), "cut to " + length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyExtendedBlockIsRefused(BlockKind kind) {
        StoredBlock stored = StoredBlock.encode(compressor(), kind.content(random));
        for (int more = 1; more < 40; more++) {
            byte[] longer = Arrays.copyOf(stored.bytes(), stored.bytes().length + more);
            assertFalse(decodeDamaged(stored.withBytes(longer), kind.length), "longer by " + more);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theWrongCodecIsRefusedOrSeenByTheHash(BlockKind kind) {
        StoredBlock stored = StoredBlock.encode(compressor(), kind.content(random));
        for (BlockCodec other : BlockCodec.values()) {
            boolean accepted = decodeDamaged(stored.withCodec(other), kind.length);
            if (other == BlockCodec.RAW && stored.bytes().length != kind.length) {
                assertFalse(accepted, "raw of another length");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theWrongLengthIsRefused(BlockKind kind) {
        StoredBlock stored = StoredBlock.encode(compressor(), kind.content(random));
        int[] wrong = {0, 1, kind.length / 2, kind.length - 1, kind.length + 1, 65_536, 65_537};
        for (int length : wrong) {
            if (length < 0 || length == kind.length) {
                continue;
            }
            // A word fills any length, so there it is for the hash to say.
            boolean fillsAny = kind.codec == BlockCodec.FILLED && kind.length >= 8 && length >= 8;
            boolean expected = fillsAny && length <= 65_536;
            assertEquals(expected, decodeDamaged(stored, length), "asked for " + length);
        }
    }

    @Test
    void aBlockThatFailsHalfWayLeavesZeros() {
        StoredBlock stored = StoredBlock.encode(compressor(), BlockKind.TEXT.content(random));
        for (int length = 1; length < stored.bytes().length; length++) {
            StoredBlock cut = stored.withBytes(Arrays.copyOf(stored.bytes(), length));
            byte[] left = cut.decode(compressor()).bytes();
            assertArrayEquals(Arrays.copyOf(ZEROS, left.length), left, "cut to " + length);
        }
    }

    /// Forges matches at distances from 0 on, and asks for every place near the ends, where
    /// decoders copy in other ways than in the middle.
    @Test
    void aForgedDistanceNeverShowsWhatWasThereBefore() {
        int accepted = 0;
        for (int literals = 0; literals < 20; literals++) {
            for (int distance = 0; distance <= literals + 1; distance++) {
                for (int match = 4; match < 60; match += 3) {
                    byte[] forged = Forgery.block(literals, distance, match, 5 + match % 31);
                    int length = literals + match + 5 + match % 31;
                    StoredBlock block = new StoredBlock(BlockCodec.LZ4, forged, ZEROS);
                    boolean taken = decodeDamaged(block, length);
                    assertFalse(taken && distance > literals, "before the block's beginning");
                    accepted += taken ? 1 : 0;
                }
            }
        }
        assertTrue(accepted > 1000, "forged blocks must be well-formed: " + accepted);
    }

    @Test
    void noiseNeverThrows() {
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            decodeDamaged(new StoredBlock(BlockCodec.LZ4, noise, ZEROS), random.nextInt(300));
        }
    }
}
