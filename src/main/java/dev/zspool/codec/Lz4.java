package dev.zspool.codec;

import java.util.Arrays;
import java.util.function.Supplier;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/// The LZ4 library behind one door: which implementation runs, and how damage is told.
///
/// Only the safe decompressor is used; the "fast" one trusts its input. Stateless, so safe for any
/// thread. Ranges are checked by the caller. Source of the format: `doc/lz4_Block_format.md` of
/// lz4/lz4.
final class Lz4 {
    private final LZ4Compressor compressor;
    private final LZ4SafeDecompressor decompressor;
    private final String implementation;
    private final String fallbackReason;

    private Lz4(LZ4Factory factory, String implementation, String fallbackReason) {
        this.compressor = factory.fastCompressor();
        this.decompressor = factory.safeDecompressor();
        this.implementation = implementation;
        this.fallbackReason = fallbackReason;
    }

    /// The native library, asked for by name (the factory's "fastest" picks slow ones in silence),
    /// or pure Java where it cannot be loaded.
    static Lz4 nativeOrSafe() {
        return nativeOrSafe(LZ4Factory::nativeInstance);
    }

    static Lz4 nativeOrSafe(Supplier<LZ4Factory> nativeFactory) {
        try {
            return new Lz4(nativeFactory.get(), "JNI", "");
        } catch (LinkageError | AssertionError | RuntimeException e) {
            // Not unpackable, not loadable, forbidden, made for another machine, or failing the
            // self-test of the library (its AssertionError).
            return safe(e.toString());
        }
    }

    /// Pure Java: several times slower, the same stored format, a hash table allocated per block.
    static Lz4 safe(String reason) {
        return new Lz4(LZ4Factory.safeInstance(), "JavaSafe", reason);
    }

    /// What does the work, `JNI` or `JavaSafe`.
    String implementation() {
        return implementation;
    }

    /// Why it is not the native library; empty when it is.
    String fallbackReason() {
        return fallbackReason;
    }

    /// Compresses into `target` from index 0, which must hold the bound of `length`, and returns
    /// how many bytes that took.
    int compress(byte[] source, int offset, int length, byte[] target) {
        return compressor.compress(source, offset, length, target, 0, target.length);
    }

    /// Restores exactly `length` bytes and returns true; or returns false and leaves zeros.
    boolean restore(
            byte[] stored,
            int storedOffset,
            int storedLength,
            byte[] destination,
            int offset,
            int length) {
        try {
            int restored =
                    decompressor.decompress(
                            stored, storedOffset, storedLength, destination, offset, length);
            if (restored == length) {
                return true;
            }
        } catch (LZ4Exception | IndexOutOfBoundsException refused) {
            // Damage: told by value below, like a wrong length.
        }
        // Nothing of a block that failed half-way may be taken for content.
        Arrays.fill(destination, offset, offset + length, (byte) 0);
        return false;
    }
}
