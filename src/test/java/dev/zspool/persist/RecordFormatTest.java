package dev.zspool.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every key and record of format 1, byte by byte, as `docs/file-format.md` has them.
///
/// Where one of these fails, earlier releases cannot read what this one writes: that is a new
/// format, with a new number, golden data of its own, and this test for both.
class RecordFormatTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int POOL = 0x0A0B0C0D;
    private static final long SEQUENCE = 0x1112131415161718L;

    private static final BlobMeta BLOB =
            new BlobMeta(
                    0x8182838485868788L,
                    "blob-1",
                    SEQUENCE,
                    0x100000,
                    0x12345,
                    0xC1C2C3C4C5C6C7C8L,
                    Optional.of("text/plain"),
                    Optional.empty(),
                    0x6A000000L,
                    0x01AA00000000L,
                    2,
                    3,
                    false);

    private static void assertBytes(String hex, byte[] bytes) {
        assertEquals(hex.replace(" ", ""), HEX.formatHex(bytes));
    }

    @Test
    @DisplayName("keys")
    void keys() {
        assertBytes(
                "0a0b0c0d 8182838485868788 626c6f622d31", Keys.meta(POOL, BLOB.hash(), "blob-1"));
        assertBytes("0a0b0c0d 1112131415161718 00000007", Keys.piece(POOL, SEQUENCE, 7));
        assertBytes(
                "0a0b0c0d 000001aa00000000 1112131415161718 8182838485868788 626c6f622d31",
                Keys.expiry(POOL, BLOB));
        assertBytes("44 0a0b0c0d", Keys.ofPool((byte) 'D', POOL));
        assertBytes("49 0a0b0c0d 1112131415161718", Keys.intent(POOL, SEQUENCE));
    }

    @Test
    @DisplayName("meta record")
    void meta() {
        byte[] key = Keys.meta(POOL, BLOB.hash(), BLOB.handle());
        String fixed =
                "02 00000003 1112131415161718 0000000000100000 0000000000012345 c1c2c3c4c5c6c7c8"
                        + " 000000006a000000 000001aa00000000";
        assertBytes(
                "01 02" + fixed + "0a 746578742f706c61696e 6a39e686", MetaRecord.encode(key, BLOB));
        assertBytes(
                "01 03" + fixed + "0a 746578742f706c61696e 8b76989e",
                MetaRecord.encode(key, BLOB.corrupted()));
    }

    @Test
    @DisplayName("definition, totals and numbers of a pool")
    void pool() {
        byte[] key = Keys.ofPool((byte) 'D', POOL);
        assertBytes(
                "01 00000008 0000000000100000 0000000004000000 0000000000000e10 02 01 01"
                        + " 2122232425262728 706f6f6c 61da7d23",
                PoolRecord.definition(
                        key,
                        new PoolDefinition(
                                "pool",
                                8,
                                1 << 20,
                                64 << 20,
                                3600,
                                2,
                                1,
                                0x2122232425262728L,
                                true)));
        assertBytes(
                "0000000000000001 0000000000000002 0000000000000003 0000000000000004 aff80779",
                PoolRecord.totals(key, new PoolTotals(1, 2, 3, 4)));
        assertBytes("0000000000000005 0000000000000006 e953046f", PoolRecord.numbers(key, 5, 6));
    }

    @Test
    @DisplayName("the head of a blob's first piece")
    void piece() {
        ByteBuffer head = ByteBuffer.allocate(15);
        PieceOwner.put(BLOB, head);
        assertBytes("8182838485868788 06 626c6f622d31", head.array());
    }

    @Test
    @DisplayName("mark in the log")
    void mark() {
        assertBytes("7a73504c 0000000000000009 0000000000000008", WalMark.of(9, 8));
    }

    @Test
    @DisplayName("list of residents")
    void residents(@TempDir Path folder) throws IOException {
        new ResidentFiles(folder).save(3, new int[] {1, -2});
        assertBytes(
                "7a737265 00000002 00000001 fffffffe a0dfe6d6",
                Files.readAllBytes(folder.resolve("3")));
    }
}
