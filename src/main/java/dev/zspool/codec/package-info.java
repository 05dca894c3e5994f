/// Compression of a blob's content in independent blocks, each with its own hash.
///
/// A block is verified before any of its bytes leaves. Owns no lock.
///
/// May import nothing of zspool.
@NullMarked
package dev.zspool.codec;

import org.jspecify.annotations.NullMarked;
