package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bugs that zram has had around zsmalloc, by their number and name.
class KnownBlobBugsTest {
    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    @ParameterizedTest
    @ValueSource(ints = {1, 3_000, 20_000, Blocks.BLOCK_BYTES + 1})
    @DisplayName(
            "Z7 priority reset on slot reuse: content of any kind is followed by content of any other")
    void codecOfTheLastLife(int size) {
        BlobRig rig = rigs.small();
        for (BlobContent before : BlobContent.values()) {
            for (BlobContent after : BlobContent.values()) {
                for (boolean deletes : new boolean[] {true, false}) {
                    rig.store("h", before.of(size, 1));
                    if (deletes) {
                        rig.delete("h");
                    }
                    byte[] content = after.of(size, 2);
                    rig.store("h", content);
                    assertTrue(
                            Arrays.equals(content, BlobRig.content(rig.reader("h"))),
                            () -> before + " then " + after);
                }
            }
        }
        assertEquals(0, rig.pool().stats().corruptedReads());
    }
}
