/// The configuration keys of zspool, as interfaces only.
///
/// Read by `boot`, which turns them into the plain options records that the engine takes.
///
/// May import nothing of zspool.
@NullMarked
package dev.zspool.config;

import org.jspecify.annotations.NullMarked;
