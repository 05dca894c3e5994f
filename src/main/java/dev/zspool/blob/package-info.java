/// Named pools of blobs: handle to root object to content.
///
/// Holds the index, the write slots and the order in which a write becomes visible. Nothing per
/// blob lives on the Java heap. A write slot is taken before any lock of `zsmalloc`.
///
/// May import `codec`, `zsmalloc` and `page`.
@NullMarked
package dev.zspool.blob;

import org.jspecify.annotations.NullMarked;
