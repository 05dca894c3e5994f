package dev.zspool.crash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zspool.testkit.Contents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The disk of the power cut can itself see what is lost and what is not.
final class VolatileDiskIT {
    private static final long DISK_BYTES = 64L << 20;

    @TempDir Path folder;

    @BeforeEach
    void canMount() {
        assumeTrue(Ext4.whyNot().isEmpty(), () -> Ext4.whyNot().orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(VolatileDisk.Unflushed.class)
    @DisplayName("what was synced is in the image; what was only written is not")
    void controlFiles(VolatileDisk.Unflushed unflushed) throws IOException {
        byte[] content = Contents.of(17, 300_000);
        Path image = folder.resolve("image");
        try (CutDisk disk = new CutDisk(folder, DISK_BYTES)) {
            write(disk.directory().resolve("synced"), content, true);
            write(disk.directory().resolve("written"), content, false);
            disk.cut(image, unflushed, new SplittableRandom(3), () -> {});
            assertArrayEquals(content, Files.readAllBytes(disk.directory().resolve("written")));
        }
        try (Ext4 after = Ext4.mount(image, folder.resolve("after"))) {
            assertArrayEquals(content, Files.readAllBytes(after.directory().resolve("synced")));
            Path written = after.directory().resolve("written");
            assertFalse(Files.exists(written) && Files.size(written) == content.length);
        }
    }

    @Test
    @DisplayName("a disk that answers flushes and forgets loses what was synced")
    void lyingDisk() throws IOException {
        Path image = folder.resolve("image");
        try (CutDisk disk = new CutDisk(folder, DISK_BYTES)) {
            write(disk.directory().resolve("before"), new byte[1000], true);
            disk.lie();
            write(disk.directory().resolve("synced"), new byte[1000], true);
            disk.cut(image, VolatileDisk.Unflushed.LOST, new SplittableRandom(3), () -> {});
        }
        try (Ext4 after = Ext4.mount(image, folder.resolve("after"))) {
            assertTrue(Files.exists(after.directory().resolve("before")));
            assertFalse(Files.exists(after.directory().resolve("synced")));
        }
    }

    @Test
    @DisplayName("a sector that was not flushed is there or not, never half")
    void tornSectors() throws IOException {
        Path image = folder.resolve("image");
        byte[] ones = new byte[64 * VolatileDisk.SECTOR_BYTES];
        Arrays.fill(ones, (byte) 1);
        try (VolatileDisk disk = new VolatileDisk(folder, ones.length)) {
            disk.write(0, ByteBuffer.wrap(ones));
            disk.cut(image, VolatileDisk.Unflushed.TORN, new SplittableRandom(3), () -> {});
        }
        byte[] left = Files.readAllBytes(image);
        assertEquals(ones.length, left.length);
        int kept = 0;
        for (int at = 0; at < left.length; at++) {
            assertEquals(left[at - at % VolatileDisk.SECTOR_BYTES], left[at]);
            kept += at % VolatileDisk.SECTOR_BYTES == 0 ? left[at] : 0;
        }
        assertTrue(kept > 10 && kept < 54, "kept " + kept + " of 64");
    }

    private static void write(Path file, byte[] content, boolean isSynced) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content));
            if (isSynced) {
                channel.force(true);
            }
        }
    }
}
