package dev.zspool.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/// The kinds of content every codec test runs over, and how each must be stored.
enum BlockKind {
    EMPTY(0, BlockCodec.FILLED),
    ONE_BYTE(1, BlockCodec.FILLED),
    SEVEN_BYTES(7, BlockCodec.FILLED),
    ZEROS(4096, BlockCodec.FILLED),
    WORDS_WITH_TAIL(1021, BlockCodec.FILLED),
    ZEROS_64K(65_536, BlockCodec.FILLED),
    NINE_BYTES(9, BlockCodec.RAW),
    RANDOM(4096, BlockCodec.RAW),
    RANDOM_ODD(777, BlockCodec.RAW),
    RANDOM_64K(65_536, BlockCodec.RAW),
    ZEROS_WITH_END(1000, BlockCodec.LZ4),
    TEXT(786, BlockCodec.LZ4),
    TEXT_ODD(4095, BlockCodec.LZ4),
    TEXT_64K(65_536, BlockCodec.LZ4),
    RECORDS(2048, BlockCodec.LZ4);

    private static final String[] WORDS = {
        "the ", "pool ", "keeps ", "pages, ", "handle=", "status: ok\n", "memory ", "2024-", "of "
    };

    final int length;
    final BlockCodec codec;

    BlockKind(int length, BlockCodec codec) {
        this.length = length;
        this.codec = codec;
    }

    byte[] content(Random random) {
        return switch (this) {
            case EMPTY, ZEROS, ZEROS_64K -> new byte[length];
            case ONE_BYTE, SEVEN_BYTES, NINE_BYTES, RANDOM, RANDOM_ODD, RANDOM_64K ->
                    differingEnds(random);
            case WORDS_WITH_TAIL -> words(random);
            case ZEROS_WITH_END -> {
                byte[] bytes = new byte[length];
                bytes[length - 1] = 1;
                yield bytes;
            }
            case TEXT, TEXT_ODD, TEXT_64K -> text(random);
            case RECORDS -> records(random);
        };
    }

    /// Random bytes, of which the first and the ninth differ, so that they are not one word.
    private byte[] differingEnds(Random random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        if (length > Long.BYTES) {
            bytes[Long.BYTES] = (byte) ~bytes[0];
        }
        return bytes;
    }

    private byte[] words(Random random) {
        byte[] word = new byte[Long.BYTES];
        random.nextBytes(word);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = word[i % Long.BYTES];
        }
        return bytes;
    }

    private byte[] text(Random random) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(WORDS[random.nextInt(WORDS.length)]);
            if (random.nextInt(6) == 0) {
                text.append(random.nextInt(100_000));
            }
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), length);
    }

    /// Records of 32 bytes: a counter, a random number, a constant, a flag and padding.
    private byte[] records(Random random) {
        byte[] bytes = new byte[length];
        for (int at = 0; at + 32 <= length; at += 32) {
            LittleEndian.putLong(bytes, at, at);
            LittleEndian.putLong(bytes, at + 8, random.nextInt());
            LittleEndian.putLong(bytes, at + 16, 0x0123_4567_89AB_CDEFL);
            bytes[at + 24] = (byte) random.nextInt(2);
        }
        return bytes;
    }
}
