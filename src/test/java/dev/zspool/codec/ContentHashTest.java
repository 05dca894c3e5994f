package dev.zspool.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// XXH64 against published values and against the two implementations of the LZ4 library.
final class ContentHashTest {
    private final Random random = ReplaySeed.random("hash");

    @ParameterizedTest
    @CsvSource({
        "'', EF46DB3751D8E999",
        "a, D24EC4F1A98C6E5B",
        "abc, 44BC2CF5AD770999",
        "Nobody inspects the spammish repetition, FBCEA83C8A378BF1"
    })
    void knownValuesOfText(String text, String expected) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertEquals(
                Long.parseUnsignedLong(expected, 16), ContentHash.hash(bytes, 0, bytes.length));
    }

    /// The sanity check of the reference implementation (`tests/sanity_test.c` of Cyan4973/xxHash),
    /// on the bytes it generates.
    @ParameterizedTest
    @CsvSource({
        "0, EF46DB3751D8E999",
        "1, E934A84ADB052768",
        "4, 9136A0DCA57457EE",
        "14, 8282DCC4994E35C8",
        "222, B641AE8CB691C174"
    })
    void knownValuesOfTheReference(int length, String expected) {
        byte[] bytes = new byte[length];
        long generator = 2_654_435_761L;
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (generator >>> 56);
            generator *= 0x9E37_79B1_85EB_CA8DL;
        }
        assertEquals(Long.parseUnsignedLong(expected, 16), ContentHash.hash(bytes, 0, length));
    }

    @Test
    void equalsTheLibraryForEveryLengthAndOffset() {
        XXHash64 jni = XXHashFactory.nativeInstance().hash64();
        XXHash64 java = XXHashFactory.safeInstance().hash64();
        byte[] bytes = new byte[66_000];
        random.nextBytes(bytes);
        for (int length = 0; length < 300; length++) {
            int offset = random.nextInt(20);
            long hash = ContentHash.hash(bytes, offset, length);
            assertEquals(jni.hash(bytes, offset, length, 0), hash, "length " + length);
            assertEquals(java.hash(bytes, offset, length, 0), hash, "length " + length);
        }
        assertEquals(jni.hash(bytes, 3, 65_536, 0), ContentHash.hash(bytes, 3, 65_536));
    }

    /// Every way to cut every short input in two, the value being asked for in between.
    @Test
    void twoPiecesHashAsOne() {
        byte[] bytes = new byte[140];
        random.nextBytes(bytes);
        for (int length = 0; length <= 130; length++) {
            for (int cut = 0; cut <= length; cut++) {
                ContentHash.Streaming streaming = ContentHash.newStreaming();
                streaming.update(bytes, 5, cut);
                assertEquals(ContentHash.hash(bytes, 5, cut), streaming.value());
                streaming.update(bytes, 5 + cut, length - cut);
                assertEquals(ContentHash.hash(bytes, 5, length), streaming.value());
            }
        }
    }

    @Test
    void manyPiecesHashAsOne() {
        byte[] bytes = new byte[200_000];
        random.nextBytes(bytes);
        for (int largest : new int[] {1, 7, 31, 32, 33, 100, 4096, 70_000}) {
            ContentHash.Streaming streaming = ContentHash.newStreaming();
            int at = 0;
            while (at < bytes.length) {
                int piece = Math.min(bytes.length - at, random.nextInt(largest + 1));
                streaming.update(bytes, at, piece);
                at += piece;
            }
            assertEquals(ContentHash.hash(bytes, 0, at), streaming.value(), "up to " + largest);
        }
    }

    @Test
    void wrongRangesAreRefusedAndAddNothing() {
        byte[] bytes = new byte[40];
        assertThrows(IndexOutOfBoundsException.class, () -> ContentHash.hash(bytes, -1, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> ContentHash.hash(bytes, 8, 33));
        ContentHash.Streaming streaming = ContentHash.newStreaming();
        assertThrows(IndexOutOfBoundsException.class, () -> streaming.update(bytes, 8, 33));
        assertEquals(ContentHash.hash(bytes, 0, 0), streaming.value());
    }
}
