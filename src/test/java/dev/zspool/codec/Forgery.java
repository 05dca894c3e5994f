package dev.zspool.codec;

import java.io.ByteArrayOutputStream;

/// LZ4 blocks that no compressor makes, after `doc/lz4_Block_format.md`.
final class Forgery {
    private static final int NIBBLE = 15;
    private static final int SHORTEST_MATCH = 4;

    private Forgery() {}

    /// Literals, one match at any distance, and the literals that end the block.
    static byte[] block(int literals, int distance, int match, int lastLiterals) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        int matchCode = match - SHORTEST_MATCH;
        block.write(Math.min(literals, NIBBLE) << 4 | Math.min(matchCode, NIBBLE));
        writeRest(block, literals);
        for (int i = 0; i < literals; i++) {
            block.write('a' + i);
        }
        block.write(distance & 0xFF);
        block.write(distance >>> 8);
        writeRest(block, matchCode);
        block.write(Math.min(lastLiterals, NIBBLE) << 4);
        writeRest(block, lastLiterals);
        for (int i = 0; i < lastLiterals; i++) {
            block.write('z');
        }
        return block.toByteArray();
    }

    private static void writeRest(ByteArrayOutputStream block, int value) {
        if (value >= NIBBLE) {
            int rest = value - NIBBLE;
            for (; rest >= 255; rest -= 255) {
                block.write(255);
            }
            block.write(rest);
        }
    }
}
