/// The journal: what of blobs and pools survives the end of the process.
///
/// {@link Journal} is the narrow interface; behind it is RocksDB with its values in blob files. It
/// knows keys, records and pieces of bytes, and nothing of how blobs lie in memory.
@NullMarked
package dev.zspool.persist;

import org.jspecify.annotations.NullMarked;
