/// Long work on pools and the arena: compaction and defragmentation, when they start, how fast they
/// go, how they are stopped, and what they tell about it.
///
/// May import `blob`, `zsmalloc` and `page`.
@NullMarked
package dev.zspool.upkeep;

import org.jspecify.annotations.NullMarked;
