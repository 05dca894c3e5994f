/// Memory pressure: how much the service gives back, by which steps, and how far it may grow.
///
/// The policy is a function of what is measured, of limits, and of what it remembers; it knows no
/// clock, no thread and no file.
///
/// May import `blob`, `zsmalloc`, `page` and `os`.
@NullMarked
package dev.zspool.pressure;

import org.jspecify.annotations.NullMarked;
