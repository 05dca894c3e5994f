/// Turns blocks of content into the bytes that are stored, and back, and names content by its hash.
///
/// Public are [BlockCodec][dev.zspool.codec.BlockCodec] (how a block is stored),
/// [BlockCompressor][dev.zspool.codec.BlockCompressor] (encode, decode) and
/// [ContentHash][dev.zspool.codec.ContentHash] (XXH64). The package owns no lock, no thread, no
/// buffer and no native memory: every call works on arrays of the caller. It may import the JDK and
/// the LZ4 library, nothing of ours.
///
/// Stored bytes are treated as hostile: a block that was damaged, cut or forged is refused by
/// value, never by exception, and never shows bytes that are not its own. That the bytes of a block
/// are the ones once written is for its hash to say, not for its codec.
@NullMarked
package dev.zspool.codec;

import org.jspecify.annotations.NullMarked;
