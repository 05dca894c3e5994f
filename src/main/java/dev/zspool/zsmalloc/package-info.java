/// The pool: size classes, zspages and stable handles, as in Linux's zsmalloc.
///
/// Objects of 1 to 4096 bytes share zspages, chains of frames without waste at page borders. Reads
/// never block and are never blocked; compaction and page migration move objects under them. Owns
/// the size class locks and the zspage descriptors, in that order.
///
/// May import `page` and `os`.
@NullMarked
package dev.zspool.zsmalloc;

import org.jspecify.annotations.NullMarked;
