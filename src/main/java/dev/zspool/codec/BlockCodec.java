package dev.zspool.codec;

/// How one block is stored.
///
/// The id is part of the stored format: it never changes its meaning and is never given again. A
/// new codec takes the next free id. Immutable, so safe for any thread.
public enum BlockCodec {
    /// The block as it is: stored length and length are equal.
    RAW(0),

    /// One block in the LZ4 block format, without frame, length field or dictionary. Source:
    /// `doc/lz4_Block_format.md` of lz4/lz4.
    LZ4(1),

    /// One 64-bit word repeated: byte `i` equals byte `i - 8`, and a tail shorter than a word is a
    /// prefix of the word in little-endian order. Stored are the first `min(8, length)` bytes. This
    /// is zram's same-filled page (`page_same_filled` of drivers/block/zram/zram_drv.c) for any
    /// length: a block of eight bytes or fewer, and the empty one, are always of this kind.
    FILLED(2);

    private static final BlockCodec[] BY_ID = {RAW, LZ4, FILLED};

    private final int id;

    BlockCodec(int id) {
        this.id = id;
    }

    /// Returns the stored id of this codec, 0 to 254.
    public int id() {
        return id;
    }

    /// Says whether `id` names a codec. Whoever reads an id from stored bytes asks this first.
    public static boolean isKnown(int id) {
        return id >= 0 && id < BY_ID.length;
    }

    /// Returns the codec of a stored id.
    ///
    /// @throws IllegalArgumentException if no codec has this id
    public static BlockCodec of(int id) {
        if (!isKnown(id)) {
            throw new IllegalArgumentException("no codec has the id " + id);
        }
        return BY_ID[id];
    }
}
