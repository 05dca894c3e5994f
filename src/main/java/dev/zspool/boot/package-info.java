/// Wires everything, starts it and stops it in order.
///
/// The only reader of `config`, and the only place that asks for the time, random numbers, system
/// properties or threads; the others are handed what they need.
///
/// May import every package; no package imports it.
@NullMarked
package dev.zspool.boot;

import org.jspecify.annotations.NullMarked;
