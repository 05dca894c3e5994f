/// Physical memory: one reserved address range cut into page frames and pageblocks.
///
/// Hands frames out and gives them back to the system, in runs and off the hot path. Declares what
/// an owner of frames implements so that its pages can be moved by the defragmenter, which knows
/// nothing else about owners. Its locks are leaves: nothing else is locked while one is held.
///
/// May import `os`.
@NullMarked
package dev.zspool.page;

import org.jspecify.annotations.NullMarked;
