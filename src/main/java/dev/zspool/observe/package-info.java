/// Binds the engine's statistics records to metrics, health and events.
///
/// Reads only; holds no lock.
///
/// May import every engine package.
@NullMarked
package dev.zspool.observe;

import org.jspecify.annotations.NullMarked;
