package dev.zspool.codec;

import java.util.Objects;

/// XXH64 with seed 0, of bytes in one array or of bytes that arrive in pieces.
///
/// It tells damage from content, and serves the entity tag; it is no defence against someone who
/// makes collisions on purpose. [#hash] is stateless and safe for any thread, and allocates
/// nothing. Source: `doc/xxhash_spec.md` of Cyan4973/xxHash. It is written here, not called in the
/// LZ4 library, because a streaming state of that library is either native memory that can leak or
/// several times slower; the numbers are in `docs/adr`.
public final class ContentHash {
    private ContentHash() {}

    /// Hashes `bytes[offset, offset + length)`; of no bytes it is `0xEF46DB3751D8E999`.
    ///
    /// @throws IndexOutOfBoundsException if the range does not lie in the array
    public static long hash(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int tail = length % Xxh64.STRIPE_BYTES;
        int stripesEnd = offset + length - tail;
        if (stripesEnd == offset) {
            return Xxh64.finish(Xxh64.withoutStripes(), length, bytes, offset, length);
        }
        long acc1 = Xxh64.START_1;
        long acc2 = Xxh64.START_2;
        long acc3 = Xxh64.START_3;
        long acc4 = Xxh64.START_4;
        for (int at = offset; at < stripesEnd; at += Xxh64.STRIPE_BYTES) {
            acc1 = Xxh64.round(acc1, LittleEndian.longAt(bytes, at));
            acc2 = Xxh64.round(acc2, LittleEndian.longAt(bytes, at + 8));
            acc3 = Xxh64.round(acc3, LittleEndian.longAt(bytes, at + 16));
            acc4 = Xxh64.round(acc4, LittleEndian.longAt(bytes, at + 24));
        }
        long hash = Xxh64.converge(acc1, acc2, acc3, acc4);
        return Xxh64.finish(hash, length, bytes, stripesEnd, tail);
    }

    /// Returns a fresh state that has seen no bytes.
    public static Streaming newStreaming() {
        return new Streaming();
    }

    /// The hash of bytes that arrive in pieces, equal to [ContentHash#hash] of all of them in one.
    ///
    /// About a hundred bytes on the heap, nothing to close. Of one thread at a time.
    public static final class Streaming {
        private final byte[] pending = new byte[Xxh64.STRIPE_BYTES];
        private int pendingBytes;
        private long totalBytes;
        private long acc1 = Xxh64.START_1;
        private long acc2 = Xxh64.START_2;
        private long acc3 = Xxh64.START_3;
        private long acc4 = Xxh64.START_4;

        private Streaming() {}

        /// Adds `bytes[offset, offset + length)`.
        ///
        /// @throws IndexOutOfBoundsException if the range does not lie in the array; nothing was
        ///   added then
        public void update(byte[] bytes, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            totalBytes += length;
            int at = offset;
            int end = offset + length;
            if (pendingBytes > 0) {
                int taken = Math.min(length, Xxh64.STRIPE_BYTES - pendingBytes);
                System.arraycopy(bytes, at, pending, pendingBytes, taken);
                pendingBytes += taken;
                at += taken;
                if (pendingBytes < Xxh64.STRIPE_BYTES) {
                    return;
                }
                consumeStripes(pending, 0, Xxh64.STRIPE_BYTES);
            }
            int stripesEnd = end - (end - at) % Xxh64.STRIPE_BYTES;
            consumeStripes(bytes, at, stripesEnd);
            pendingBytes = end - stripesEnd;
            System.arraycopy(bytes, stripesEnd, pending, 0, pendingBytes);
        }

        /// Returns the hash of all bytes so far. More may be added afterwards.
        public long value() {
            long hash =
                    totalBytes < Xxh64.STRIPE_BYTES
                            ? Xxh64.withoutStripes()
                            : Xxh64.converge(acc1, acc2, acc3, acc4);
            return Xxh64.finish(hash, totalBytes, pending, 0, pendingBytes);
        }

        private void consumeStripes(byte[] bytes, int begin, int end) {
            long local1 = acc1;
            long local2 = acc2;
            long local3 = acc3;
            long local4 = acc4;
            for (int at = begin; at < end; at += Xxh64.STRIPE_BYTES) {
                local1 = Xxh64.round(local1, LittleEndian.longAt(bytes, at));
                local2 = Xxh64.round(local2, LittleEndian.longAt(bytes, at + 8));
                local3 = Xxh64.round(local3, LittleEndian.longAt(bytes, at + 16));
                local4 = Xxh64.round(local4, LittleEndian.longAt(bytes, at + 24));
            }
            acc1 = local1;
            acc2 = local2;
            acc3 = local3;
            acc4 = local4;
        }
    }
}
